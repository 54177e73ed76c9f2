from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The claim sheet in the downtime kit (F42)."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            self._form("F42", self.env._("Warranty Claim"), "claim", "claim_ids"),
        ]
