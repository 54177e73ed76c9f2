from odoo import api, models


class AftersalesDowntimeForm(models.AbstractModel):
    """The parts store's forms in the kit: F31, F32, F34, and the quotation F44."""

    _inherit = "aftersales.downtime.form"

    @api.model
    def _get_downtime_forms(self):
        return [
            *super()._get_downtime_forms(),
            self._form("F31", self.env._("Parts Issue Slip"), "parts_slip", None),
            self._form("F32", self.env._("Loan Slip"), "parts_loan", None),
            self._form(
                "F34",
                self.env._("Parts Requisition"),
                "part_requisition",
                "requisition_ids",
            ),
            self._form("F44", self.env._("After-Sales Quotation"), "quotation", None),
        ]
