from odoo import fields, models


class AftersalesCampaignPhase(models.Model):
    """From when which part of a campaign's vehicles is called in (R-BEY-08)."""

    _name = "aftersales.campaign.phase"
    _description = "Phase of a Campaign"
    _order = "date_start, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    campaign_id = fields.Many2one(
        "aftersales.campaign",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True, precompute=True
    )
    date_start = fields.Date("Called in from", required=True)
    delivered_from = fields.Date(help="Empty: also the oldest vehicles.")
    delivered_to = fields.Date(help="Empty: also the latest vehicles.")
    vehicle_ids = fields.One2many("aftersales.campaign.vehicle", "phase_id")

    _days_ordered = models.Constraint(
        "CHECK(delivered_from IS NULL OR delivered_to IS NULL"
        " OR delivered_to >= delivered_from)",
        "The deliveries of a phase end after they begin.",
    )

    def _concerns(self, vehicle):
        """Return whether ``vehicle`` belongs to this phase, by its day of delivery."""
        self.ensure_one()
        day = vehicle.delivery_date
        if not day:
            return not self.delivered_from and not self.delivered_to
        return (not self.delivered_from or day >= self.delivered_from) and (
            not self.delivered_to or day <= self.delivered_to
        )
