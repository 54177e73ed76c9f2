import logging
from datetime import datetime

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_statement import DAY, MONTH

_logger = logging.getLogger(__name__)

ACTIVITY = "aftersales.activity_statement"


class AftersalesStatement(models.Model):
    """The steps of a statement, and the scheduled action that begins them."""

    _inherit = "aftersales.statement"

    def action_refresh(self):
        """Look anew at the books, as of the end of the month (Finance)."""
        self._check_finance("draft")
        # sudo: lines are written by this step only; role and state are checked above
        self.sudo()._refresh()
        return True

    def action_send(self):
        """Put it to the other side (Finance, R-PAY-03); a guarantor is called."""
        self._check_finance("draft")
        # sudo: stamps are not editable; role and state are checked above
        statements = self.sudo()
        statements.lock_for_update()
        statements._refresh()
        statements.write(
            {
                "state": "sent",
                "sent_by_id": self.env.uid,
                "sent_at": fields.Datetime.now(),
            }
        )
        for statement in statements.filtered("user_id"):
            statement.activity_schedule(ACTIVITY, user_id=statement.user_id.id)
        return True

    def action_back_to_draft(self):
        """Take it back to be corrected; what was confirmed is asked anew (Finance)."""
        self._check_finance("sent")
        # sudo: stamps are not editable; role and state are checked above
        statements = self.sudo()
        statements.activity_unlink([ACTIVITY])
        statements.write({"state": "draft", "sent_by_id": False, "sent_at": False})
        statements._refresh()
        return True

    def action_confirm_own(self):
        """Confirm all that is left, as the guarantor himself.

        :raises UserError: by anybody else
        """
        self.check_access("read")
        self.line_ids._confirm_holder()
        self.sudo().activity_unlink([ACTIVITY])
        return True

    def action_confirm_finance(self):
        """Confirm all that is left, for Finance."""
        self._check_finance("sent")
        self.line_ids._confirm_finance()
        return True

    def action_record_answer(self):
        """Confirm for a customer or dealer what he has answered in writing (Finance).

        :raises UserError: without his name and his answer
        """
        self._check_finance("sent")
        for statement in self:
            if statement.kind == "guarantor":
                raise UserError(
                    self.env._(
                        "%(statement)s: %(user)s confirms it himself.",
                        statement=statement.display_name,
                        user=statement.user_id.name,
                    )
                )
            if not statement.answer_name or not statement.answer_ids:
                raise UserError(
                    self.env._(
                        "%(statement)s: enter who answered, and attach the written "
                        "answer.",
                        statement=statement.display_name,
                    )
                )
            # sudo: confirmations are written by steps only; checked above
            statement.sudo().line_ids.filtered(lambda line: not line.holder_name).write(
                {
                    "holder_name": statement.answer_name,
                    "holder_at": fields.Datetime.now(),
                }
            )
        return True

    def action_agree(self):
        """Close it: both sides have confirmed every line (Finance, R-PAY-03).

        :raises UserError: naming the first line that is not confirmed
        """
        self._check_finance("sent")
        self.lock_for_update()
        for statement in self:
            waiting = statement.line_ids.filtered(lambda line: not line._is_confirmed())
            if waiting:
                raise UserError(
                    self.env._(
                        "%(statement)s: %(entry)s is not confirmed by both sides yet, "
                        "nor are %(count)s more.",
                        statement=statement.display_name,
                        entry=waiting[0].name,
                        count=len(waiting) - 1,
                    )
                )
        # The lines first: once the statement is agreed, the database keeps them.
        self.env.flush_all()
        # sudo: stamps are not editable; role and state are checked above
        statements = self.sudo()
        statements.write(
            {
                "state": "agreed",
                "agreed_by_id": self.env.uid,
                "agreed_at": fields.Datetime.now(),
            }
        )
        self.env.flush_all()
        statements._deadline_reach("statement_agreed")
        statements.activity_unlink([ACTIVITY])
        return True

    def action_cancel(self):
        """Give it up before it is agreed; another may take its place (Finance)."""
        self._check_finance("draft", "sent")
        # sudo: the state is not editable; role and state are checked above
        statements = self.sudo()
        statements.write({"state": "cancelled"})
        statements.activity_unlink([ACTIVITY])
        statements._deadline_rows("waiting", "running", "paused").write(
            {"state": "cancelled", "alert_at": False}
        )
        return True

    # -- Buttons to the books ---------------------------------------------------------

    @api.readonly
    def action_view_items(self):
        """Open the journal items of this statement in Odoo's own list."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.move_line_id.ids)],
        }

    def action_register_payment(self):
        """Register a payment of what is still open, in Odoo's own window (Finance)."""
        self._check_role("finance")
        moves = self.line_ids.move_id.filtered(
            lambda move: move.is_sale_document(True) and move.amount_residual
        )
        return moves.action_register_payment()

    @api.readonly
    def action_export(self):
        """Download the statement as a spreadsheet."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/aftersales/statement/{self.id}/xlsx",
            "target": "download",
        }

    # -- Scheduled --------------------------------------------------------------------

    @api.model
    def _cron_begin_statements(self):
        """Begin the statements of each month that has ended (R-PAY-03).

        For each company in a step of its own, committed; months that passed while the
        server slept are made up for. Run again it only adds what is missing and
        renews drafts.
        """
        billed = self.env["account.move"]._read_group(
            [("aftersales_ticket_id", "!=", False)], ["company_id"]
        )
        companies = [company for (company,) in billed]
        rounds = self.env["ir.cron"]._aftersales_rounds
        for company in rounds("statement", companies, lambda company: (company.id,)):
            try:
                with self.env.cr.savepoint():
                    self._begin_months(company)
            except Exception:
                # One company must not stop the others.
                _logger.exception("Statements of %s", company.name)

    @api.model
    def _begin_months(self, company):
        """Begin what is missing of ``company`` up to last month (in sudo)."""
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        this_month = datetime.now(utc).astimezone(zone).date().replace(day=1)
        latest = self.search(
            [("company_id", "=", company.id)], order="month desc", limit=1
        ).month
        month = min(latest or this_month, this_month - MONTH)
        while month < this_month:
            self._begin(company, month)
            month += MONTH

    @api.model
    def _begin(self, company, month):
        """Begin the statements of one month, and renew its drafts (in sudo).

        :param month: its first day
        :return: the new ones
        """
        cutoff = month + MONTH - DAY
        rows = self._group_rows(
            self.env["aftersales.receivable"]._get_open(company, cutoff)
        )
        there = self.search(
            [
                ("company_id", "=", company.id),
                ("month", "=", month),
                ("state", "!=", "cancelled"),
            ]
        )
        drafts = there.filtered(lambda statement: statement.state == "draft")
        drafts.line_ids.unlink()
        drafts._follow_kind(rows)
        # Whoever has become a dealer since has his statement already.
        known = {(statement.user_id.id, statement.partner_id.id) for statement in there}
        finance = self.env["aftersales.deadline"]._default_user("finance", company)
        new = self.create(
            [
                {
                    "company_id": company.id,
                    "kind": kind,
                    "user_id": holder if kind == "guarantor" else False,
                    "partner_id": holder if kind != "guarantor" else False,
                    "month": month,
                    "date_cutoff": cutoff,
                    "finance_user_id": finance.id,
                }
                for kind, holder in rows
                if ((holder, False) if kind == "guarantor" else (False, holder))
                not in known
            ]
        )
        self._create_lines(drafts | new, rows)
        return new
