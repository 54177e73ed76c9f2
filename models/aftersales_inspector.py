from odoo import api, fields, models


class AftersalesInspector(models.Model):
    """Who is qualified to pass finished work, and until when (R-QC-02)."""

    _name = "aftersales.inspector"
    _description = "Qualified Inspector"
    _order = "valid_until, id"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Inspector",
        required=True,
        index=True,
        check_company=True,
        domain=lambda self: self.env["aftersales.ticket"]._get_role_domain("inspector"),
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    number = fields.Char("Certificate", help="Number of the certificate.")
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    valid_until = fields.Date(help="Last day; empty: without an end.")
    note = fields.Char("Remarks", help="What it covers, who issued it.")
    active = fields.Boolean(default=True)

    _dates_order = models.Constraint(
        "CHECK(valid_until IS NULL OR valid_until >= valid_from)",
        "A qualification does not end before it begins.",
    )

    @api.depends("user_id.name", "number")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(filter(None, (row.user_id.name, row.number)))

    @api.model
    def _get_qualified(self, company):
        """Return the users who are qualified in ``company`` today."""
        today = fields.Date.context_today(self)
        return self.search(
            [
                ("company_id", "=", company.id),
                ("valid_from", "<=", today),
                "|",
                ("valid_until", "=", False),
                ("valid_until", ">=", today),
            ]
        ).user_id
