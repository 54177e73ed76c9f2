from odoo import api, fields, models


class AftersalesPayoutCollect(models.TransientModel):
    """Collect the payouts of a month (Finance, R-INC-10)."""

    _name = "aftersales.payout.collect"
    _description = "Collect Payouts"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True,
        default=lambda self: self.env["aftersales.payout"]._get_last_month(),
        help="Any day of it.",
    )

    def action_collect(self):
        """Collect the month, and show its payout statements.

        :raises AccessError: without the role Finance
        """
        self.ensure_one()
        self.check_access("write")
        self.env["aftersales.payout"]._check_role("finance")
        # sudo: statements are begun by this step only; the role is checked above
        found = (
            self.env["aftersales.payout"]
            .sudo()
            ._collect(self.company_id, self.month.replace(day=1))
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.payout_action"
        )
        months = sorted({self.month.replace(day=1), *found.mapped("month")})
        return {
            **action,
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("month", "in", [fields.Date.to_string(month) for month in months]),
            ],
            "context": {},
        }

    @api.model
    def action_open(self):
        """Open the form (Finance)."""
        self.check_access("create")
        return self.create({})._get_records_action(
            name=self.env._("Collect Payouts"), target="new"
        )
