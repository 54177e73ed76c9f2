from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesSettlementRun(models.TransientModel):
    """Invoice a cycle by hand, for all dealers or some (R-PAY-09)."""

    _name = "aftersales.settlement.run"
    _description = "Invoice the Cycle"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    cycle = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")], required=True, default="month"
    )
    date = fields.Date(
        "Any day of it", required=True, default=lambda self: self._default_date()
    )
    date_from = fields.Date("From", compute="_compute_period")
    date_to = fields.Date("To", compute="_compute_period")
    partner_ids = fields.Many2many(
        "res.partner", string="Dealers", help="Empty: all that are settled so."
    )

    @api.model
    def _default_date(self):
        today = fields.Date.context_today(self)
        return today.replace(day=1) - relativedelta(days=1)

    @api.depends("cycle", "date")
    def _compute_period(self):
        batches = self.env["aftersales.settlement.batch"]
        for run in self:
            months = 1 if run.cycle == "month" else 3
            # The cycle after the one that ended before this day.
            begin, __ = batches._get_period(run.cycle, run.date)
            run.date_from = begin + relativedelta(months=months)
            run.date_to = begin + relativedelta(months=2 * months, days=-1)

    def action_run(self):
        """Invoice the cycle (Finance); again, it goes on with what is left.

        :return: action that opens the sheets
        :raises UserError: before the cycle has ended, or with nothing to settle
        """
        self.ensure_one()
        batches = self.env["aftersales.settlement.batch"]
        batches._check_role("finance")
        company = self.company_id
        if self.date_to >= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "The cycle ends on %(date)s: invoice it afterwards.",
                    date=fields.Date.to_string(self.date_to),
                )
            )
        # sudo: sheets and invoices are made by steps only; the role is checked above
        batches = batches.sudo().with_company(company)
        dealers = batches._get_dealers(company, self.cycle)
        if self.partner_ids:
            dealers &= self.partner_ids.commercial_partner_id
        period = (self.date_from, self.date_to)
        found = batches._begin(company, self.cycle, period, dealers)
        if not found:
            raise UserError(
                self.env._(
                    "%(company)s: nothing is left to settle for this cycle.",
                    company=company.name,
                )
            )
        found._invoice()
        return found.sudo(False)._get_records_action(name=self.env._("Settlement"))
