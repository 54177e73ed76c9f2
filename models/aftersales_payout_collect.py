import logging
from datetime import datetime, time

from pytz import timezone, utc

from odoo import api, fields, models

from .aftersales_statement import MONTH

_logger = logging.getLogger(__name__)


class AftersalesPayout(models.Model):
    """How the items of a month come together (R-INC-10)."""

    _inherit = "aftersales.payout"

    @api.model
    def _get_payout_sources(self):
        """Return the names of the models whose rows become items.

        Each implements ``aftersales.payout.source.mixin``.
        """
        return ["aftersales.deduction", "aftersales.deduction.refund"]

    @api.model
    def _get_today(self, company):
        """Return the present day of ``company``."""
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        return datetime.now(utc).astimezone(zone).date()

    @api.model
    def _get_month_end(self, company, month):
        """Return the moment, in UTC, at which ``month`` is over for ``company``."""
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        end = zone.localize(datetime.combine(month + MONTH, time()))
        return end.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _find_items(self, company, month):
        """Return what counts up to the end of ``month``: ``{key: values}`` (in sudo).

        The key is that of ``aftersales.payout.line._get_key``.
        """
        found = {}
        for name in self._get_payout_sources():
            for row in self.env[name]._collect_payout_lines(company, month):
                source = row["source"]
                if not row["employee_id"] or company.currency_id.is_zero(row["amount"]):
                    continue
                key = (name, source.id, row["kind"], row["employee_id"])
                found[key] = {
                    "kind": row["kind"],
                    "amount": row["amount"],
                    "name": row["name"],
                    "ticket_id": row.get("ticket_id") or False,
                    "res_model": name,
                    "res_id": source.id,
                }
        return found

    @api.model
    def _get_taken(self, company, keys):
        """Return those of ``keys`` that stand on a statement, with their lines."""
        lines = self.env["aftersales.payout.line"].search(
            [
                ("company_id", "=", company.id),
                ("live", "=", True),
                ("res_model", "in", list({key[0] for key in keys})),
                ("res_id", "in", list({key[1] for key in keys})),
            ]
        )
        return {line._get_key(): line for line in lines}

    @api.model
    def _collect(self, company, month):
        """Collect the items of ``month`` on statements, begun where missing (in sudo).

        Drafts of the month are renewed. What comes for an employee whose statement is
        released goes to his next month. Run again it changes nothing.

        :param month: its first day
        :return: the statements of the month, and those that got something
        """
        drafts = self.search(
            [
                ("company_id", "=", company.id),
                ("month", "=", month),
                ("state", "=", "draft"),
            ]
        )
        drafts.line_ids.filtered("res_model").unlink()
        found = self._find_items(company, month)
        taken = self._get_taken(company, found)
        new = {key: vals for key, vals in found.items() if key not in taken}
        payouts = self._begin(company, month, {key[3] for key in new})
        self.env["aftersales.payout.line"].create(
            [{"payout_id": payouts[key[3]].id, **vals} for key, vals in new.items()]
        )
        return drafts.union(*payouts.values())

    @api.model
    def _begin(self, company, month, employees):
        """Return ``{employee: draft}`` of ``month``, or of the next not released."""
        there = self.search(
            [
                ("company_id", "=", company.id),
                ("month", ">=", month),
                ("employee_id", "in", list(employees)),
                ("state", "!=", "cancelled"),
            ]
        )
        known = {(payout.employee_id.id, payout.month): payout for payout in there}
        found, missing = {}, []
        for employee in sorted(employees):
            own = month
            while (payout := known.get((employee, own))) and payout.state != "draft":
                own += MONTH
            if payout:
                found[employee] = payout
            else:
                missing.append(
                    {"company_id": company.id, "employee_id": employee, "month": own}
                )
        for payout in self.create(missing):
            found[payout.employee_id.id] = payout
        return found

    def _get_changes(self):
        """Return the drafts of which items have changed since they were collected."""
        changed = self.browse()
        for (company, month), payouts in self.grouped(
            lambda payout: (payout.company_id, payout.month)
        ).items():
            employees = set(payouts.employee_id.ids)
            found = {
                key: vals
                for key, vals in self._find_items(company, month).items()
                if key[3] in employees
            }
            taken = self._get_taken(company, found)
            due = {employee: {} for employee in employees}
            for key, vals in found.items():
                if key not in taken or taken[key].payout_id in payouts:
                    due[key[3]][key] = company.currency_id.round(vals["amount"])
            for payout in payouts:
                lines = payout.line_ids.filtered("res_model")
                have = {line._get_key(): line.amount for line in lines}
                if have != due[payout.employee_id.id]:
                    changed |= payout
        return changed

    # -- Scheduled --------------------------------------------------------------------

    @api.model
    def _cron_collect(self):
        """Collect the payouts of last month: on the first, for each company (R-INC-10).

        A company is a step of its own, committed. A month in which the server slept
        is not lost: what was left over then goes to the month that is collected next.
        """
        companies = self.env["res.company"].search([("active", "=", True)])
        rounds = self.env["ir.cron"]._aftersales_rounds
        for company in rounds("payout", companies, lambda company: (company.id,)):
            try:
                with self.env.cr.savepoint():
                    month = self._get_today(company).replace(day=1) - MONTH
                    self.with_company(company)._collect(company, month)
            except Exception:
                # One company must not stop the others.
                _logger.exception("Payouts of %s", company.name)

    @api.model
    def _get_last_month(self):
        """Return the first day of last month."""
        return fields.Date.context_today(self).replace(day=1) - MONTH
