from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The assessment document in the kit (F47)."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            self._form("F47", self.env._("Assessment Document"), "assessment", None),
        ]
