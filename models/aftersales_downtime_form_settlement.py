from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The settlement sheet in the downtime kit (F17)."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            self._form(
                "F17", self.env._("Settlement Sheet"), "settlement", "settlement_id"
            ),
        ]
