from odoo import api, fields, models


class AftersalesSettlementLine(models.Model):
    """What is charged for missing old parts is explained, no difference (R-WAR-05)."""

    _inherit = "aftersales.settlement.line"

    amount_old_parts = fields.Monetary(
        "Charged until old parts are in",
        readonly=True,
        help="New parts under warranty whose old parts are missing, less what was "
        "taken back, tax included.",
    )

    def _get_expected(self):
        return super()._get_expected() + self.amount_old_parts

    @api.depends("amount_old_parts")
    def _compute_expected(self):
        return super()._compute_expected()
