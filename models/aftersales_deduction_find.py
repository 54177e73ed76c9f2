import logging
from collections import defaultdict
from datetime import datetime

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, models
from odoo.tools import split_every

_logger = logging.getLogger(__name__)

BATCH = 100
MONTH = relativedelta(months=1)


class AftersalesDeduction(models.Model):
    """What is to be held back: found every day, never twice for the same money."""

    _inherit = "aftersales.deduction"

    @api.model
    def _cron_find(self):
        """Propose what guarantors have to bear, and see what they get back (R-PAY-04).

        Committed after each batch of invoices: killed and run again it goes on with
        what is left, and finds nothing twice.
        """
        companies = self.env["res.company"].search(
            [("aftersales_deduction", "=", True)]
        )
        batches = []
        for company in companies:
            today = self._get_today(company)
            ids = sorted(self._find_overdue(company, today).ids)
            batches += [(company, today, chunk) for chunk in split_every(BATCH, ids)]
        # A guarantor may have changed without any money moving, in whatever company.
        held = sorted(self.search([("state", "=", "posted")]).move_id.ids)
        nobody = companies.browse()
        batches += [(nobody, None, chunk) for chunk in split_every(BATCH, held)]
        for company, today, ids in self.env["ir.cron"]._aftersales_rounds(
            "deduction", batches, lambda batch: (batch[0].id or 0, batch[2][-1])
        ):
            try:
                with self.env.cr.savepoint():
                    moves = self.env["account.move"].browse(ids)
                    if company:
                        self.with_company(company)._propose(company, moves, today)
                    else:
                        moves._aftersales_get_deductions()._update_refunds()
            except Exception:
                # One batch must not stop the others.
                _logger.exception("Deductions of %s", company.name or "all companies")

    @api.model
    def _get_today(self, company):
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        return datetime.now(utc).astimezone(zone).date()

    @api.model
    def _find_overdue(self, company, today):
        """Return invoices somebody vouches for that are open beyond the limit.

        What the customer disputes is not his guarantor's to pay yet.
        """
        limit = today - relativedelta(days=company.aftersales_overdue_days)
        domain = [
            ("company_id", "=", company.id),
            ("aftersales_ticket_id", "!=", False),
            ("move_type", "in", ("out_invoice", "out_receipt")),
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
            ("aftersales_guarantor_ids", "!=", False),
            ("aftersales_disputed", "=", False),
        ]
        start = company.aftersales_deduction_from
        if start != "issue":
            field = "invoice_date" if start == "invoice" else "invoice_date_due"
            return self.env["account.move"].search([*domain, (field, "<", limit)])
        moves = self.env["account.move"].search(domain)
        starts = self._get_starts(moves)
        return moves.filtered(lambda move: starts[move] < limit)

    @api.model
    def _get_starts(self, moves):
        """Return ``{invoice: the day from which its days count}``, by the settings."""
        starts = {}
        for move in moves:
            kind = move.company_id.aftersales_deduction_from
            day = move.invoice_date
            if kind == "due":
                day = move.invoice_date_due or day
            elif kind == "issue":
                issued = move.invoice_line_ids.filtered(
                    "aftersales_guarantor_id"
                ).sale_line_ids.move_ids.filtered(lambda step: step.state == "done")
                zone = timezone(move.company_id.resource_calendar_id.tz or "UTC")
                days = [
                    utc.localize(step.date).astimezone(zone).date() for step in issued
                ]
                day = min(days, default=day)
            starts[move] = day
        return starts

    @api.model
    def _propose(self, company, moves, today):
        """Propose deductions for what is open on ``moves`` and not held back yet.

        The wage of the month after the limit was passed bears it; what a wage cannot
        bear, and what is owed again because a payment was undone, the month after.

        :param today: local date of the company
        :return: the new deductions
        """
        currency = company.currency_id
        shares = moves._aftersales_guarantees()
        held, last = self._get_held(moves)
        starts = self._get_starts(moves)
        users = self.env["res.users"].union(
            *(user for by in shares.values() for user in by)
        )
        employees = self._get_employees(company, users)
        next_month = today.replace(day=1) + MONTH
        vals_list = []
        room = {}
        for move in moves.sorted("invoice_date"):
            since = starts[move] + relativedelta(
                days=company.aftersales_overdue_days + 1
            )
            for user, (__, vouched) in shares[move].items():
                owed = currency.round(vouched - held[move, user])
                if not user or currency.compare_amounts(owed, 0) <= 0:
                    continue
                month = max(since.replace(day=1) + MONTH, today.replace(day=1))
                if (move, user) in last:
                    month = max(next_month, last[move, user] + MONTH)
                if month > next_month:
                    continue
                employee = employees.get(user, self.env["hr.employee"])
                amount = self._fit(company, employee, month, owed, room)
                if currency.compare_amounts(amount, 0) <= 0:
                    continue
                vals_list.append(
                    {
                        "company_id": company.id,
                        "guarantor_id": user.id,
                        "employee_id": employee.id,
                        "move_id": move.id,
                        "month": month,
                        "overdue_since": since,
                        "amount_vouched": vouched,
                        "amount": amount,
                    }
                )
        return self.create(vals_list)

    @api.model
    def _get_employees(self, company, users):
        """Return ``{user: employee}`` of ``company``."""
        employees = self.env["hr.employee"].search(
            [("user_id", "in", users.ids), ("company_id", "=", company.id)]
        )
        return {employee.user_id: employee for employee in employees}

    @api.model
    def _get_held(self, moves):
        """Return what is held back already, proposals counted, and the last months.

        A month for which it was cancelled counts as well: it is not proposed for that
        month's wage once more.

        :return: ``{(move, user): amount}``, ``{(move, user): month}``
        """
        held = defaultdict(float)
        last = {}
        for move, user, state, amount, refunded, month in self._read_group(
            [("move_id", "in", moves.ids)],
            ["move_id", "guarantor_id", "state"],
            ["amount:sum", "amount_refunded:sum", "month:max"],
        ):
            key = (move, user)
            last[key] = max(month, last.get(key, month))
            if state != "cancelled":
                held[key] += (amount or 0.0) - (refunded or 0.0)
        return held, last

    @api.model
    def _fit(self, company, employee, month, owed, room):
        """Return how much of ``owed`` the wage of ``month`` bears.

        :param room: {(employee, month): what is left of the limit}, kept up to date
        """
        percent = company.aftersales_deduction_cap
        if not percent or not employee.aftersales_wage_base:
            return owed
        key = (employee, month)
        if key not in room:
            [[taken]] = self._read_group(
                [
                    ("employee_id", "=", employee.id),
                    ("month", "=", month),
                    ("state", "!=", "cancelled"),
                ],
                [],
                ["amount:sum"],
            )
            limit = company.currency_id.round(
                employee.aftersales_wage_base * percent / 100
            )
            room[key] = limit - (taken or 0.0)
        amount = company.currency_id.round(max(min(owed, room[key]), 0.0))
        room[key] -= amount
        return amount

    # -- Anew --------------------------------------------------------------------------

    def action_recalculate(self):
        """Bring proposals up to what is open and the wage bears today (Finance)."""
        self._check_role("finance")
        self._check_state("proposed")
        # sudo: amounts are written by steps only; role and state are checked above
        self.sudo()._recalculate()
        return True

    def _recalculate(self):
        """Set each amount to what may be held back now; cancel what is nothing.

        Never to more than Human Resources have confirmed: what is owed above it is
        found anew, for a later month.
        """
        self._find_employees()
        for company, mine in self.grouped("company_id").items():
            currency = company.currency_id
            mine.move_id.lock_for_update()
            shares = mine.move_id._aftersales_guarantees()
            held, __ = self._get_held(mine.move_id)
            room = {}
            for deduction in mine:
                key = (deduction.employee_id, deduction.month)
                __, vouched = shares[deduction.move_id].get(
                    deduction.guarantor_id, (0.0, 0.0)
                )
                others = held[deduction.move_id, deduction.guarantor_id] - (
                    deduction.amount
                )
                owed = currency.round(vouched - others)
                if deduction.state == "confirmed":
                    owed = min(owed, deduction.amount)
                if currency.compare_amounts(owed, 0) > 0:
                    self._fit(company, *key, 0.0, room)
                    if key in room:
                        room[key] += deduction.amount
                    owed = self._fit(company, *key, owed, room)
                if currency.compare_amounts(owed, 0) <= 0:
                    deduction.state = "cancelled"
                    held[deduction.move_id, deduction.guarantor_id] = others
                    continue
                held[deduction.move_id, deduction.guarantor_id] = others + owed
                deduction.write({"amount": owed, "amount_vouched": vouched})
