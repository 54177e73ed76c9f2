from odoo import models

from .aftersales_ticket_report import BILLED_PAYERS


class AftersalesSettlement(models.Model):
    """What the settlement sheet (F17) asks for."""

    _inherit = "aftersales.settlement"

    def _get_report_lines(self):
        """Return the totals of those who are sent a bill by the sheet."""
        return self.line_ids.filtered(lambda line: line.payer in BILLED_PAYERS)

    def action_print(self):
        """Print the settlement sheet (form F17)."""
        return self.env.ref("aftersales.action_report_settlement").report_action(self)
