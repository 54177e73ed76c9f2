from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The travellers' forms in the kit: the trip sheet."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            self._form("", self.env._("Trip Sheet"), "trip", "trip_ids"),
            self._form("F48", self.env._("Travel Claim"), "travel_claim", "trip_ids"),
        ]
