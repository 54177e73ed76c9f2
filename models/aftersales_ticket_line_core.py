from odoo import api, models
from odoo.exceptions import ValidationError


class AftersalesTicketLine(models.Model):
    _inherit = "aftersales.ticket.line"

    @api.constrains("product_id", "payer", "supply")
    def _check_core_part(self):
        """A protected core part has no price: nobody can be billed for it."""
        for line in self:
            if (
                line.product_id.aftersales_part_class == "core"
                and line._is_own_part()
                and line.ticket_id._get_payer_partner(line.payer)
            ):
                raise ValidationError(
                    self.env._(
                        "%(product)s on ticket %(ticket)s is a protected core part: it "
                        "has no price and nobody is billed for it. Choose a payer whom "
                        "the company bears itself: goodwill, internal, or its own "
                        "warranty.",
                        product=line.product_id.display_name,
                        ticket=line.ticket_id.name,
                    )
                )
