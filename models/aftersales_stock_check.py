import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class AftersalesStockCheck(models.Model):
    """The age of a company's parts, noted each month; too old: somebody is told.

    R-STK-02, R-STK-03.
    """

    _name = "aftersales.stock.check"
    _description = "Monthly Check of Stock"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "month"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Char(required=True, readonly=True, help="Year and month.")
    date = fields.Date(required=True, readonly=True)
    value = fields.Monetary("Stock Value", readonly=True)
    young_value = fields.Monetary("Value within the Target Age", readonly=True)
    rate = fields.Float(
        "Within the Target Age, %", readonly=True, aggregator="avg", digits=(16, 1)
    )
    target = fields.Float("Target, %", readonly=True, aggregator="avg")
    months = fields.Integer("Target Age, Months", readonly=True, aggregator=None)
    is_below = fields.Boolean("Below Target", readonly=True)
    used_cost = fields.Monetary("Cost of What Was Used in a Year", readonly=True)
    turnover = fields.Float(
        "Times a Year", readonly=True, aggregator="avg", digits=(16, 1)
    )

    _month_uniq = models.UniqueIndex(
        "(company_id, month)", "The stock of this month has been checked."
    )

    @api.model
    def _cron_check_stock(self):
        """Note the age of stock once a month for each company, and alert (R-STK-02).

        Works in committed steps; a company that fails is logged and tried again the
        next day.
        """
        today = fields.Date.context_today(self)
        month = today.strftime("%Y-%m")
        done = self.search([("month", "=", month)]).company_id
        companies = self.env["res.company"].search([("id", "not in", done.ids)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                with self.env.cr.savepoint():
                    self._check_company_stock(company, today, month)
                    self.env.flush_all()
            except Exception:
                self.env.invalidate_all(flush=False)
                _logger.exception("The stock of %s could not be checked", company.name)
            if not cron._commit_progress(1):
                break

    def _check_company_stock(self, company, today, month):
        """Note the age of the company's stock; call the parts keeper when too old."""
        value, young, rate = company._get_aftersales_age_rate()
        rows = self.env["aftersales.part.turnover"]._read_group(
            [("company_id", "=", company.id)], [], ["used_cost:sum"]
        )
        used_cost = rows[0][0] or 0.0
        target = company.aftersales_stock_age_share
        check = self.create(
            {
                "company_id": company.id,
                "month": month,
                "date": today,
                "value": value,
                "young_value": young,
                "rate": rate,
                "target": target,
                "months": company.aftersales_stock_age_months,
                "is_below": bool(value) and rate < target,
                "used_cost": used_cost,
                "turnover": used_cost / value if value else 0.0,
            }
        )
        if check.is_below:
            check._alert()
        return check

    def _alert(self):
        """Call the parts keeper, else the manager, to look at the old stock."""
        self.ensure_one()
        deadlines = self.env["aftersales.deadline"]
        user = deadlines._default_user(
            "parts_keeper", self.company_id
        ) or deadlines._default_user("manager", self.company_id)
        if not user:
            return
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=user.id,
            summary=self.env._("Parts in stock are too old"),
            note=self.env._(
                "%(rate).1f %% of the value is not older than %(months)s months; the "
                "target is %(target).0f %%. Look at Age of Stock, and plan anew.",
                rate=self.rate,
                months=self.months,
                target=self.target,
            ),
        )

    def action_age(self):
        """Open the parts that make up the figure."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.stock_age_action"
        )
