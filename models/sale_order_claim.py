from odoo import models


class SaleOrder(models.Model):
    """Each payer of a ticket has invoices of his own (R-BEY-20)."""

    _inherit = "sale.order"

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        # Always there, also when empty: invoices are grouped by it.
        values["aftersales_payer"] = self.aftersales_payer
        return values

    def _get_invoice_grouping_keys(self):
        return super()._get_invoice_grouping_keys() + ["aftersales_payer"]
