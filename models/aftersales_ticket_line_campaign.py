from odoo import fields, models


class AftersalesTicketLine(models.Model):
    """Work of a campaign: never limited by time or distance (R-BEY-08)."""

    _inherit = "aftersales.ticket.line"

    campaign_vehicle_id = fields.Many2one(
        "aftersales.campaign.vehicle",
        string="Campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    def _is_free_by_campaign(self):
        """Return whether the remedy of a campaign provides this part or work.

        No warranty need be in force for it, and nobody judges a cause.
        """
        self.ensure_one()
        campaign = self.campaign_vehicle_id.campaign_id
        return self.product_id in campaign.line_ids.product_id

    def _is_carried_out(self):
        """Return whether this line was done, or its part is in the vehicle."""
        self.ensure_one()
        if self.approval != "approved":
            return False
        if self.line_type == "operation":
            return self.is_done
        return self.product_uom_id.compare(self.qty_used, self.quantity) >= 0
