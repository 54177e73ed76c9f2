from odoo import models
from odoo.fields import Command


class SaleOrder(models.Model):
    """Discounts given at the settlement, as lines of their own (R-SETT-08)."""

    _inherit = "sale.order"

    def _aftersales_content(self):
        content = super()._aftersales_content()
        return content.filtered(lambda line: not line.aftersales_discount_id)

    def _aftersales_to_settle(self):
        """Return what was used and done on this order, less discounts, tax included."""
        self.ensure_one()
        return self._aftersales_total(
            self.order_line._aftersales_billable(), lambda line: line.qty_delivered
        )

    def _aftersales_discount(self, discount, amount):
        """Take ``amount``, tax included, off this order: a line per rate of tax.

        :param discount: aftersales.settlement.discount, in sudo
        """
        self.ensure_one()
        taxes = self.env["account.tax"]
        product = self.env.ref("aftersales.product_settlement_discount")
        base_lines = [
            line._prepare_base_line_for_taxes_computation(quantity=line.qty_delivered)
            for line in self._aftersales_content()
            if not line.product_uom_id.is_zero(line.qty_delivered)
        ]
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        lines = taxes._prepare_global_discount_lines(
            base_lines=base_lines,
            company=self.company_id,
            amount_type="fixed",
            amount=amount,
            computation_key=f"global_discount,settlement_{discount.id}",
            grouping_function=lambda base_line: {"product_id": product},
        )
        order = self.with_context(aftersales_sync=True)
        order_lines = order.env["sale.order.line"].create(
            [
                {
                    "order_id": self.id,
                    "name": self.env._("Discount: %(reason)s", reason=discount.reason),
                    "product_id": product.id,
                    "product_uom_qty": base_line["quantity"],
                    "price_unit": base_line["price_unit"],
                    "technical_price_unit": 0.0,
                    "tax_ids": [Command.set(base_line["tax_ids"].ids)],
                    "extra_tax_data": taxes._export_base_line_extra_tax_data(base_line),
                    "sequence": 999,
                    "aftersales_discount_id": discount.id,
                }
                for base_line in lines
            ]
        )
        for line in order_lines:
            line.qty_delivered = line.product_uom_qty
