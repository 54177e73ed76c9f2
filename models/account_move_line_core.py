from odoo import api, models
from odoo.exceptions import ValidationError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.constrains("product_id", "move_id")
    def _check_aftersales_core(self):
        """Nobody is invoiced a protected core part (R-PRICE-04).

        A line that bills an order was checked with the order: what was sold before
        the part became protected is still owed. Credit notes take nothing out.
        """
        for line in self:
            if (
                line.product_id.aftersales_part_class == "core"
                and line.move_id.move_type in ("out_invoice", "out_receipt")
                and line.display_type == "product"
                and not line.sale_line_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(product)s on invoice %(invoice)s of %(partner)s is a "
                        "protected core part: it is not sold and has no price. Take "
                        "the line out; used in a repair of your own it goes on the "
                        "ticket, at the company's cost.",
                        product=line.product_id.display_name,
                        invoice=line.move_id.display_name,
                        partner=line.move_id.partner_id.display_name or "-",
                    )
                )
