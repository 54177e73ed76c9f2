from odoo import api, fields, models
from odoo.exceptions import UserError

# What may still be written when the customer has signed.
STILL_OPEN = {"note"}
# What the steps alone decide.
STEPS = {"signed_at", "entered_by_id"}


class AftersalesSiteRecord(models.Model):
    """What was repaired at the customer's, signed by him there (R-WORK-10, F28).

    One for each visit; without it the ticket of a visit is not delivered.
    """

    _name = "aftersales.site.record"
    _description = "Site Repair Record"
    _inherit = [
        "aftersales.ticket.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "ticket_id"

    technician_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    place = fields.Char(help="Where the vehicle or machine stood.")
    repaired_from = fields.Datetime("Repair begun")
    repaired_to = fields.Datetime("Repair finished")
    symptom = fields.Text(help="What the technician found the vehicle doing.")
    process = fields.Text(help="What was done, step by step.")
    parts_replaced = fields.Text(help="How many of which part, with its number.")
    no_parts = fields.Boolean("No part replaced")
    fully_checked = fields.Boolean(
        "Checked after the repair",
        help="The whole vehicle or machine was checked after the repair.",
    )
    check_result = fields.Text(
        "Result of the check", help="What was tried, and what else was noticed."
    )
    customer_remark = fields.Text("Customer's remarks")
    signed_by = fields.Char(help="Name of the person who signs for the customer.")
    signature = fields.Image(
        "Customer's signature",
        max_width=1024,
        max_height=1024,
        copy=False,
        help="R-SIGN-01",
    )
    signed_on_paper = fields.Boolean(
        copy=False, help="The customer signed the printed record instead of the screen."
    )
    signed_at = fields.Datetime(readonly=True, copy=False)
    entered_by_id = fields.Many2one(
        "res.users", string="Closed by", readonly=True, copy=False
    )
    note = fields.Text("Internal remarks")
    state = fields.Selection(
        [("draft", "Being written"), ("signed", "Signed")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )

    _ticket_uniq = models.UniqueIndex(
        "(ticket_id)", "A visit has one site repair record."
    )
    _times_fit = models.Constraint(
        "CHECK(repaired_to IS NULL OR repaired_from IS NULL"
        " OR repaired_to >= repaired_from)",
        "A repair is finished after it was begun.",
    )
    _signed_by_someone = models.Constraint(
        "CHECK(state != 'signed' OR (signed_by IS NOT NULL AND signed_at IS NOT NULL"
        " AND process IS NOT NULL))",
        "A signed record says who signed it, when, and what was done.",
    )

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_steps(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_steps(vals)
        if not self.env.su and vals.keys() - STILL_OPEN:
            self._check_open()
        return super().write(vals)

    def _check_steps(self, vals):
        """Refuse to write what the steps alone decide."""
        if not self.env.su and (
            vals.get("state", "draft") != "draft"
            or any(vals.get(name) for name in STEPS)
            or (self and "ticket_id" in vals)
        ):
            raise UserError(
                self.env._("A site repair record is closed by its step Signed only.")
            )

    def _check_open(self):
        """Raise UserError where a record is signed."""
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "The site repair record of %(ticket)s is signed and stays as "
                        "it is. Open it again to correct it; it is then signed anew.",
                        ticket=record.ticket_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    # -- Steps --------------------------------------------------------------------

    def action_take_parts(self):
        """Write the parts that were issued for the ticket into the record."""
        self.check_access("write")
        self._check_open()
        for record in self:
            text = record.ticket_id._get_parts_fitted()
            record.write({"parts_replaced": text, "no_parts": not text})

    def action_sign(self):
        """Close the record: the customer has read and signed it (R-WORK-10).

        The ticket takes over what was done, when its correction is not written yet.

        :raises AccessError: without the role Technician or Service advisor
        :raises UserError: naming what is not filled in or not signed
        """
        self.ticket_id._check_role("technician", "advisor")
        self.check_access("write")
        self._check_open()
        for record in self:
            problems = record._get_problems()
            if problems:
                raise UserError(
                    self.env._(
                        "Site repair record of %(ticket)s:\n%(problems)s",
                        ticket=record.ticket_id.name,
                        problems="\n".join(problems),
                    )
                )
            if not record.ticket_id.correction:
                record.ticket_id.correction = record.process
        # sudo: stamps are not editable; role, access and state are checked above
        self.sudo().write(
            {
                "state": "signed",
                "signed_at": fields.Datetime.now(),
                "entered_by_id": self.env.uid,
            }
        )

    def _get_problems(self):
        """Return what keeps this record from being closed, a sentence each."""
        self.ensure_one()
        problems = []
        if not self.repaired_from or not self.repaired_to:
            problems.append(self.env._("Enter when the repair began and ended."))
        if not self.symptom:
            problems.append(self.env._("Write the symptom."))
        if not self.process:
            problems.append(self.env._("Write what was done."))
        if not self.parts_replaced and not self.no_parts:
            problems.append(
                self.env._("Enter the parts replaced, or tick that there are none.")
            )
        if not self.fully_checked:
            problems.append(
                self.env._("Check the whole vehicle after the repair, and tick it.")
            )
        if not self.signed_by or not (self.signature or self.signed_on_paper):
            problems.append(
                self.env._(
                    "Enter who signs for the customer and let that person sign, on "
                    "the screen or on paper."
                )
            )
        return problems

    def action_reopen(self):
        """Open a signed record for a correction; the customer signs it anew.

        :raises UserError: when it is not signed, or the ticket is delivered
        """
        self.ticket_id._check_role("advisor")
        self.check_access("write")
        for record in self:
            if record.state != "signed" or record.ticket_id.state in (
                "delivered",
                "closed",
            ):
                raise UserError(
                    self.env._(
                        "The site repair record of %(ticket)s is not signed yet, or "
                        "its ticket is delivered.",
                        ticket=record.ticket_id.name,
                    )
                )
            record.message_post(
                body=self.env._("Opened again; the customer's signature is void.")
            )
        # sudo: a signed record is closed to writing; role and state are checked
        self.sudo().write(
            {
                "state": "draft",
                "signature": False,
                "signed_on_paper": False,
                "signed_at": False,
                "entered_by_id": False,
            }
        )
