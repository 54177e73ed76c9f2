from odoo import api, fields, models
from odoo.tools import format_date


class AftersalesMonthMixin(models.AbstractModel):
    """What belongs to a month is shown with the month, not with its first day."""

    _name = "aftersales.month.mixin"
    _description = "Document of a Month"

    month = fields.Date()
    month_name = fields.Char("Wage Month", compute="_compute_month_name")

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for record in self:
            record.month_name = record.month and format_date(
                self.env, record.month, date_format="yyyy-MM"
            )
