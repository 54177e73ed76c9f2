from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _aftersales_is_own_repair(self):
        """Return whether the slip serves a repair by our people in our own hands.

        On our premises always; on a visit if the company lets core parts go there.
        """
        self.ensure_one()
        ticket = self.aftersales_ticket_id
        modes = {"workshop", "factory"}
        if self.company_id.aftersales_core_on_visits:
            modes.add("onsite")
        return bool(self.aftersales_kind) and ticket.service_mode in modes
