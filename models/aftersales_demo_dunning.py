from datetime import timedelta

from odoo import api, fields, models

# Days ago on which Finance sent letters.
RUNS = (40, 27, 14, 1)


class AftersalesDemo(models.AbstractModel):
    """Customers who were asked for their money, once, twice or a last time."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_dunning(self):
        """Let Finance have sent letters to who has not paid. Called once, by demo
        data."""
        company = self._user("finance").company_id
        # sudo: the demo's past
        letters = (
            self.env["aftersales.dunning.letter"]
            .with_user(self._user("finance"))
            .sudo()
            .with_company(company)
        )
        today = letters._get_today(company)
        # No letter is printed while the addon is being installed.
        template = self.env.ref("aftersales.mail_template_dunning")
        reports = template.report_template_ids
        template.report_template_ids = False
        for ago in RUNS:
            day = today - timedelta(days=ago)
            partners = self.env["res.partner"].union(*letters._get_plans(company, day))
            sent = letters._begin(company, day, partners)._send(company, day)
            sent.sent_at = fields.Datetime.to_datetime(day)
        template.report_template_ids = reports
        partners = self.env["res.partner"].union(*letters._get_plans(company, today))
        letters._begin(company, today, partners)
