from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The inspector's forms in the kit: F23, F24, F25."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            {
                **self._form(
                    "F23",
                    self.env._("Inspection Sheet"),
                    "final_inspection",
                    "final_inspection_ids",
                ),
                "filled": "aftersales.action_report_inspection",
            },
            self._form(
                "F24",
                self.env._("Nonconformity Record"),
                "nonconformity",
                domain=[("nonconformity_ids", "!=", False)],
            ),
            self._form(
                "F25",
                self.env._("Quality Guarantee"),
                "guarantee_card",
                domain=[("state", "=", "ready")],
            ),
        ]
