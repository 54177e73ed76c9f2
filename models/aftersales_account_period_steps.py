import logging
from datetime import datetime

from pytz import timezone, utc

from odoo import api, fields, models

from .aftersales_account_period import DAY, MONTH

_logger = logging.getLogger(__name__)

ACTIVITY = "aftersales.activity_account_period"
PERSON_SUMS = (
    "hours",
    "amount_labour",
    "amount_parts",
    "amount_total",
    "amount_open",
    "trip_cost",
)


class AftersalesAccountPeriod(models.Model):
    """The steps of a month or year, and the scheduled action that begins them."""

    _inherit = "aftersales.account.period"

    def _check_clerk(self):
        """Raise unless the user compiles statistics: advisers and Quality."""
        return self._check_role("advisor", "quality")

    def action_refresh(self):
        """Read the sheet anew from the books (who compiles it)."""
        self._check_clerk()
        self._check_state("draft")
        # sudo: lines are written by this step only; role and state are checked above
        self.sudo()._refresh()
        return True

    def action_submit(self):
        """Submit the statistics sheet to Finance; now it is frozen (R-PAY-06).

        :raises UserError: when it was submitted before
        """
        self._check_clerk()
        self._check_state("draft")
        # sudo: stamps are not editable; role and state are checked above
        periods = self.sudo()
        periods.lock_for_update()
        periods._refresh()
        self.env.flush_all()
        periods.write(
            {
                "state": "submitted",
                "submitted_by_id": self.env.uid,
                "submitted_at": fields.Datetime.now(),
            }
        )
        periods._deadline_reach("statistics_submitted")
        for period in periods:
            finance = self.env["aftersales.deadline"]._default_user(
                "finance", period.company_id
            )
            if finance:
                period.activity_schedule(ACTIVITY, user_id=finance.id)
        return True

    def action_back_to_draft(self):
        """Hand it back to who compiles it, to be corrected in the books (Finance)."""
        self._check_role("finance")
        self._check_state("submitted")
        # sudo: stamps are not editable; role and state are checked above
        periods = self.sudo()
        periods.write(
            {"state": "draft", "submitted_by_id": False, "submitted_at": False}
        )
        periods.activity_unlink([ACTIVITY])
        return True

    def _refresh(self):
        """Write the sheets of drafts anew from the books (in sudo)."""
        for period in self:
            if period.kind == "month":
                period.line_ids.unlink()
                self.env["aftersales.statistics.line"]._create_for(period)
        self.write({"refreshed_at": fields.Datetime.now()})

    def _get_person_rows(self):
        """Return what the sheet says of each technician, for print (R-STAT-08).

        :return: list of dicts: ``name``, ``tickets``, ``closed``, and sums
        """
        self.ensure_one()
        rows = []
        for person, lines in self.line_ids.grouped("technician_id").items():
            row = {
                "name": person.name or self.env._("Nobody"),
                "tickets": len(lines),
                "closed": len(lines.filtered("closed_on")),
            }
            for fname in PERSON_SUMS:
                row[fname] = sum(lines.mapped(fname))
            rows.append(row)
        return sorted(rows, key=lambda row: -row["amount_total"])

    # -- Buttons ----------------------------------------------------------------------

    @api.readonly
    def action_export(self):
        """Download the statistics sheet as a spreadsheet."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/aftersales/statistics/{self.id}/xlsx",
            "target": "download",
        }

    @api.readonly
    def action_view_lines(self):
        """Open the sheet by person, in a list one can regroup (R-STAT-08)."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.statistics_line_action"
        )
        action["domain"] = [("period_id", "in", self.ids)]
        action["context"] = {"search_default_group_technician": 1}
        return action

    # -- Scheduled --------------------------------------------------------------------

    @api.model
    def _cron_begin_periods(self):
        """Begin each month and year that has ended; keep drafts current (R-PAY-06).

        For each company that has tickets, in a step of its own, committed; months that
        passed while the server slept are made up for. Run again it only renews drafts.
        """
        groups = self.env["aftersales.ticket"]._read_group([], ["company_id"])
        companies = [company for (company,) in groups]
        rounds = self.env["ir.cron"]._aftersales_rounds
        for company in rounds(
            "account_period", companies, lambda company: (company.id,)
        ):
            try:
                with self.env.cr.savepoint():
                    self._begin_missing(company)
            except Exception:
                # One company must not stop the others.
                _logger.exception("Accounts of %s", company.name)

    @api.model
    def _begin_missing(self, company):
        """Begin what is missing of ``company`` up to today, renew drafts (in sudo)."""
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        today = datetime.now(utc).astimezone(zone).date()
        this_month = today.replace(day=1)
        mine = self.search([("company_id", "=", company.id)])
        latest = mine.filtered(lambda period: period.kind == "month")[:1].date_from
        month = latest + MONTH if latest else this_month - MONTH
        spans = []
        while month < this_month:
            spans.append(("month", month, month + MONTH - DAY))
            month += MONTH
        years = {period.date_to for period in mine.filtered(lambda p: p.kind == "year")}
        ended = {company.compute_fiscalyear_dates(today)["date_from"] - DAY}
        ended |= {
            company.compute_fiscalyear_dates(end)["date_to"]
            for __, __, end in spans
            if company.compute_fiscalyear_dates(end)["date_to"] < today
        }
        for end in sorted(ended - years):
            first = company.compute_fiscalyear_dates(end)["date_from"]
            spans.append(("year", first, end))
        self._begin(company, spans)
        self.search(
            [("company_id", "=", company.id), ("state", "=", "draft")]
        )._refresh()

    @api.model
    def _begin(self, company, spans):
        """Create the periods of ``spans``: (kind, first day, last day) (in sudo)."""
        clerk = company.aftersales_statistics_user_id or self.env[
            "aftersales.deadline"
        ]._default_user("quality", company)
        return self.create(
            [
                {
                    "company_id": company.id,
                    "kind": kind,
                    "date_from": first,
                    "date_to": last,
                    "clerk_id": clerk.id,
                }
                for kind, first, last in spans
            ]
        )
