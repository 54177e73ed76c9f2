from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """Protected core parts stay in the house (R-PRICE-04, R-PART-18)."""

    _inherit = "stock.move"

    def _aftersales_check_gate(self):
        self._aftersales_check_core()
        return super()._aftersales_check_gate()

    def _aftersales_check_core(self):
        """Refuse protected parts that leave, on whatever paper.

        :raises UserError: naming part, transfer, destination and what is allowed
        """
        # sudo: the guard judges by product and ticket, whoever moves the stock
        lines = self.sudo().move_line_ids.filtered(
            lambda line: (
                line.picked
                and line.state not in ("done", "cancel")
                and line.product_id.aftersales_part_class == "core"
            )
        )
        # The ticket behind a slip may have changed since the line was made.
        lines._compute_aftersales_core_leaves()
        for line in lines.filtered("aftersales_core_leaves"):
            raise UserError(
                self.env._(
                    "%(product)s is a protected core part and does not leave: "
                    "%(transfer)s to %(location)s is refused. It may be moved between "
                    "your own warehouses, and be used at the company's cost in "
                    "repairs on your own premises.",
                    product=line.product_id.display_name,
                    transfer=line.picking_id.name or line.reference or "-",
                    location=line.location_dest_id.display_name,
                )
            )
