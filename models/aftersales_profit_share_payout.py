from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, models


class AftersalesPayout(models.Model):
    _inherit = "aftersales.payout"

    @api.model
    def _get_payout_sources(self):
        return [*super()._get_payout_sources(), "aftersales.profit.share.line"]


class AftersalesProfitShareLine(models.Model):
    """A part in a year's result stands on a payout statement (R-INC-02, R-INC-10)."""

    _name = "aftersales.profit.share.line"
    _inherit = ["aftersales.profit.share.line", "aftersales.payout.source.mixin"]

    @api.model
    def _collect_payout_lines(self, company, month):
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        end = datetime.combine(month + relativedelta(months=1), time())
        lines = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "approved"),
                (
                    "share_id.approved_at",
                    "<",
                    zone.localize(end).astimezone(utc).replace(tzinfo=None),
                ),
                *self._get_payout_open_domain(),
            ]
        )
        return [
            {
                "employee_id": line.employee_id.id,
                "kind": "profit_share",
                "amount": line.amount,
                "source": line,
                "name": line.name,
                "ticket_id": False,
            }
            for line in lines
        ]
