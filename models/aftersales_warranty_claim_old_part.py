from odoo import models


class AftersalesWarrantyClaim(models.Model):
    """The paid claim starts the clock of its old parts (R-BEY-10)."""

    _inherit = "aftersales.warranty.claim"

    def _after_paid(self):
        result = super()._after_paid()
        for line in self.line_ids.ticket_line_id:
            claims = line.claim_line_ids.claim_id.filtered(
                lambda claim: claim.state != "cancelled"
            )
            # Who has still to pay may still want to see the part.
            days = claims.mapped("paid_date")
            line.part_return_ids.filtered(
                lambda item: item.state != "cancelled"
            ).claim_paid_date = max(days) if all(days) else False
        return result
