from odoo import api, fields, models
from odoo.exceptions import UserError

# What the caller tells of his work, and where it is kept in his file.
WORK_FIELDS = {
    "employer": "aftersales_employer",
    "work_address": "aftersales_work_address",
    "work_phone": "aftersales_work_phone",
}


class AftersalesCall(models.Model):
    """Who calls, and where to reach him at work later (R-CUST-08)."""

    _inherit = "aftersales.call"

    caller_name = fields.Char(
        "Caller", help="The name of a caller who has no file yet."
    )
    employer = fields.Char(
        compute="_compute_work", store=True, readonly=False, precompute=True
    )
    work_address = fields.Char(
        compute="_compute_work", store=True, readonly=False, precompute=True
    )
    work_phone = fields.Char(
        compute="_compute_work", store=True, readonly=False, precompute=True
    )

    @api.depends("partner_id")
    def _compute_work(self):
        for call in self:
            # sudo: who may take the call may see where its caller works
            partner = call.partner_id.sudo()
            for fname, kept in WORK_FIELDS.items():
                call[fname] = partner[kept] if partner else call[fname]

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        told = [bool(WORK_FIELDS.keys() & vals.keys()) for vals in vals_list]
        for call, is_told in zip(calls, told, strict=True):
            if is_told:
                call._keep_work()
        return calls

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & WORK_FIELDS.keys():
            for call in self:
                call._keep_work()
        return result

    def _keep_work(self):
        """Keep in the caller's file what he told of his work."""
        self.ensure_one()
        # sudo: three notes of whoever took the call, who may not change customers
        partner = self.partner_id.sudo()
        if partner:
            partner.write(
                {
                    kept: self[fname]
                    for fname, kept in WORK_FIELDS.items()
                    if self[fname] and self[fname] != partner[kept]
                }
            )

    def action_make_contact(self):
        """Open a file for a caller who has none, with all he told (R-CUST-08).

        A file of the same phone is taken instead of a second one (R-CUST-05).

        :raises UserError: when the call has its customer, or neither name nor phone
        """
        self.ensure_one()
        self.check_access("write")
        partners = self.env["res.partner"]
        partners.check_access("create")
        if self.partner_id or not (self.caller_name and self.phone):
            raise UserError(
                self.env._(
                    "Call %(call)s: a file is opened for a caller without one, of "
                    "whom name and phone are known. Write both down.",
                    call=self.name,
                )
            )
        key = partners._aftersales_get_phone_key(
            self.phone, self.company_id.country_id or self.env.company.country_id
        )
        found = partners.search(
            [
                ("aftersales_phone_key", "=", key),
                ("company_id", "in", [False, self.company_id.id]),
                ("name", "=ilike", self.caller_name),
            ],
            limit=1,
        )
        told = {kept: self[fname] for fname, kept in WORK_FIELDS.items() if self[fname]}
        # sudo: the same three notes as above, in a file that is there
        found.sudo().write(told)
        self.partner_id = found or partners.create(
            {
                "name": self.caller_name,
                "phone": self.phone,
                "company_name": self.employer,
                **told,
            }
        )
