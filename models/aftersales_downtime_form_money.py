from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The statement of what is open, in the kit (F46)."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            self._form(
                "F46", self.env._("Reconciliation Statement"), "statement", None
            ),
        ]
