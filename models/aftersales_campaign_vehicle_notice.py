from odoo import fields, models

from .aftersales_campaign_vehicle import OPEN_STATES


class AftersalesCampaignVehicle(models.Model):
    """The owner of one vehicle is told (R-BEY-08)."""

    _inherit = "aftersales.campaign.vehicle"

    def action_told(self):
        """Note that the owner was told by phone or letter (R-BEY-08)."""
        self._check_role("advisor", "quality")
        self.check_access("write")
        self._check_open()
        self._mark_told()

    def _mark_told(self):
        """Stamp these rows; checks nothing."""
        now = fields.Datetime.now()
        for count, rows in self.grouped("told_count").items():
            # sudo: stamps are not editable; callers have checked role and state
            rows.sudo().write(
                {
                    "state": "told",
                    "told_at": now,
                    "told_count": count + 1,
                    "failure": False,
                }
            )

    def _tell_owner(self):
        """Write to the owner of this vehicle; the letter stays in the vehicle's file.

        Does nothing when the vehicle was mended meanwhile.
        """
        self.ensure_one()
        self.lock_for_update(allow_referencing=True)
        if self.state not in OPEN_STATES:
            return
        self.vehicle_id.message_post_with_source(
            self.env.ref("aftersales.mail_campaign_letter"),
            render_values={"row": self},
            partner_ids=self.partner_id.ids,
            subject=self.env._(
                "%(campaign)s: please bring %(vehicle)s in",
                campaign=self.campaign_id.display_name,
                vehicle=self.vehicle_id.display_name,
            ),
            subtype_xmlid="mail.mt_comment",
        )
        self._mark_told()

    def _get_failure_record(self):
        return self.vehicle_id

    def _get_failure_summary(self):
        return self.env._(
            "The owner could not be told of %(campaign)s",
            campaign=self.campaign_id.display_name,
        )
