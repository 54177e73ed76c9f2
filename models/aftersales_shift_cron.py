import logging

from odoo import api, fields, models

from .aftersales_shift import SHOP_KINDS

_logger = logging.getLogger(__name__)


class AftersalesShift(models.Model):
    """Shifts are there before anybody comes to work."""

    _inherit = "aftersales.shift"

    @api.model
    def _cron_open_shifts(self):
        """Open today's shifts, and end rounds that were forgotten (R-DISP-03, 06).

        For each company with a workshop team. Each company is committed; run again it
        finds nothing left to do.
        """
        now = fields.Datetime.now()
        teams = self.env["aftersales.team"].search([("kind", "in", SHOP_KINDS)])
        companies = teams.company_id
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                with self.env.cr.savepoint():
                    self._open_day(company, now)
                    self._stop_forgotten_rounds(company, now)
            except Exception:
                # A company without fixed working hours must not stop the others.
                _logger.exception("The shifts of %s cannot be opened", company.name)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _stop_forgotten_rounds(self, company, now):
        """Stop the rounds still running after their shift; they do not count."""
        patrols = self.env["aftersales.patrol"].search(
            [
                ("shift_id.company_id", "=", company.id),
                ("date_stop", "=", False),
                ("shift_id.date_stop", "<=", now),
            ]
        )
        for patrol in patrols:
            stop = max(patrol.date_start, patrol.shift_id.date_stop)
            patrol.write({"date_stop": stop, "is_forgotten": True})
