from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The dispatcher's sheet goes into the kit, too (F27)."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        forms = super()._get_downtime_forms()
        name = self.env._("Dispatch Report")
        return [*forms, self._form("F27", name, "dispatch", None)]
