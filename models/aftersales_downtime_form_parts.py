from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The parts store's forms in the kit: F34."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            self._form(
                "F34",
                self.env._("Parts Requisition"),
                "part_requisition",
                "requisition_ids",
            ),
        ]
