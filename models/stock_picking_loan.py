import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class StockPicking(models.Model):
    """Loans are followed to their end: back, issued or sold (R-PART-17)."""

    _inherit = "stock.picking"

    aftersales_loan_extensions = fields.Integer(
        "Extended", readonly=True, copy=False, help="How often the loan was extended."
    )
    aftersales_loan_reminded_on = fields.Date(
        "Borrower reminded on", readonly=True, copy=False
    )
    aftersales_loan_escalated_on = fields.Date(
        "Reported as overdue on", readonly=True, copy=False
    )
    aftersales_loan_overdue = fields.Boolean(
        "Overdue", compute="_compute_aftersales_loan_overdue"
    )

    @api.depends("aftersales_due_date", "aftersales_loan_settled", "state")
    def _compute_aftersales_loan_overdue(self):
        today = fields.Date.context_today(self)
        for slip in self:
            slip.aftersales_loan_overdue = slip._aftersales_is_lent() and (
                slip.aftersales_due_date < today
            )

    def _aftersales_is_lent(self):
        """Return whether parts of this loan are out."""
        self.ensure_one()
        return bool(
            self.aftersales_kind == "loan"
            and self.state == "done"
            and self.aftersales_due_date
            and not self.aftersales_loan_settled
        )

    def _aftersales_check_lent(self):
        """Raise UserError unless parts of each of these loans are out."""
        for slip in self:
            if not slip._aftersales_is_lent():
                raise UserError(
                    self.env._(
                        "Slip %(slip)s is no loan of which anything is out.",
                        slip=slip.name,
                    )
                )

    # -- Longer ----------------------------------------------------

    def action_aftersales_extend_loan(self):
        """Open the form that gives the borrower more time (R-PART-17).

        :raises UserError: when nothing of the loan is out
        """
        self.ensure_one()
        self._aftersales_check_role("parts_keeper", "advisor", "finance")
        self._aftersales_check_lent()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extend loan %(slip)s", slip=self.name),
            "res_model": "aftersales.loan.extend",
            "view_mode": "form",
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

    def _aftersales_extend_loan(self, due_date, reason):
        """Give the borrower time until ``due_date``; somebody else decides on it.

        :raises UserError: to the borrower himself, or when the day is no later
        """
        self.ensure_one()
        self._aftersales_check_role("parts_keeper", "advisor", "finance")
        # sudo: none of them has stock rights; role and state are checked here
        slip = self.sudo()
        slip._aftersales_lock()
        slip._aftersales_check_lent()
        if slip.aftersales_guarantor_id == self.env.user:
            raise UserError(
                self.env._(
                    "Loan %(slip)s is yours. Somebody else gives you more time.",
                    slip=slip.name,
                )
            )
        if due_date <= slip.aftersales_due_date:
            raise UserError(
                self.env._(
                    "Loan %(slip)s is due on %(day)s. Choose a later day.",
                    slip=slip.name,
                    day=slip.aftersales_due_date,
                )
            )
        slip.aftersales_ticket_id.message_post(
            body=self.env._(
                "Loan %(slip)s extended from %(old)s to %(new)s: %(reason)s",
                slip=slip.name,
                old=slip.aftersales_due_date,
                new=due_date,
                reason=reason,
            )
        )
        slip.write(
            {
                "aftersales_due_date": due_date,
                "aftersales_loan_extensions": slip.aftersales_loan_extensions + 1,
                "aftersales_loan_reminded_on": False,
                "aftersales_loan_escalated_on": False,
            }
        )
        slip._aftersales_loan_activities(
            "aftersales.activity_loan"
        ).date_deadline = due_date
        slip._aftersales_loan_activities("aftersales.activity_loan_overdue").unlink()

    def _aftersales_loan_activities(self, xmlid):
        """Return the open activities of a kind about this loan."""
        self.ensure_one()
        return self.aftersales_ticket_id.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == self.env.ref(xmlid)
                and activity.summary == self.name
            )
        )

    # -- For good ----------------------------------------------------

    def action_aftersales_keep_loan(self):
        """Keep what is on loan: ask for its issue, or its sale (R-PART-17).

        Who pays for the line decides which: what the customer pays for is sold on his
        order, the rest is issued at our cost. Only what is agreed can be kept; Finance
        releases it, and the custody is relieved when the slip is done.

        :raises UserError: naming the part, when it is not agreed, or asked for already
        :return: the action that shows the new slips
        """
        self.ensure_one()
        self._aftersales_check_role("technician", "advisor", "parts_keeper")
        self._aftersales_check_lent()
        # sudo: no stock rights needed; role, access and state are checked above
        slip = self.sudo()
        ticket = slip.aftersales_ticket_id
        lines = slip.move_ids.aftersales_line_id
        ticket._lock_part_lines(lines)
        on_loan = lines._get_qty_keepable()
        outstanding = lines._get_qty_outstanding()
        for line in lines:
            wanted = on_loan[line.id]
            if line.product_uom_id.compare(wanted, 0) <= 0:
                continue
            if (
                line.approval != "approved"
                or line.product_uom_id.compare(wanted, outstanding[line.id]) > 0
            ):
                raise UserError(
                    self.env._(
                        "Loan %(slip)s: %(wanted)s %(unit)s of %(line)s are out, but "
                        "nobody has agreed to that many on ticket %(ticket)s. Have "
                        "them agreed to, or bring them back.",
                        slip=slip.name,
                        wanted=wanted,
                        unit=line.product_uom_id.name,
                        line=line.name,
                        ticket=ticket.name,
                    )
                )
        slips = ticket._create_issue_slips(lines, limits=on_loan, asker=self.env.user)
        return self.aftersales_ticket_id._action_slips(slips)

    # -- The scheduled action ----------------------------------------------------

    @api.model
    def _cron_remind_loans(self):
        """Remind borrowers, and report what is overdue (R-PART-17).

        The borrower is reminded some days before, and every few days after the day;
        the parts keeper and the team's leader are told once that it has passed. Days
        are settings of the company. Each loan is committed; run again on the same day
        it does nothing.
        """
        today = fields.Date.context_today(self)
        [(lead,)] = self.env["res.company"]._read_group(
            [], [], ["aftersales_loan_reminder_days:max"]
        )
        loans = self.search(
            Domain("aftersales_kind", "=", "loan")
            & Domain("state", "=", "done")
            & Domain("aftersales_loan_settled", "=", False)
            & Domain("aftersales_due_date", "<=", today + timedelta(days=lead)),
            order="aftersales_due_date, id",
        )
        loans = loans.filtered(lambda slip: slip._aftersales_wants_reminder(today))
        self.env["ir.cron"]._commit_progress(remaining=len(loans))
        for slip in loans:
            slip = slip.with_company(slip.company_id)
            try:
                with self.env.cr.savepoint():
                    slip._aftersales_chase_loan(today)
                    self.env.flush_all()
            except Exception:
                # One loan must not keep the others from being chased.
                self.env.invalidate_all(flush=False)
                _logger.exception("Loan %s cannot be chased", slip.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _aftersales_wants_reminder(self, today):
        """Return whether somebody is to be told of this loan on ``today``."""
        self.ensure_one()
        company = self.company_id
        last = self.aftersales_loan_reminded_on
        due = self.aftersales_due_date
        if today < due - timedelta(days=company.aftersales_loan_reminder_days):
            return False
        if due < today and not self.aftersales_loan_escalated_on:
            return True
        if not last:
            return True
        # Once ahead, then every few days when it has passed.
        every = company.aftersales_loan_repeat_days
        return bool(every) and due < today and last + timedelta(days=every) <= today

    def _aftersales_chase_loan(self, today):
        """Remind the borrower; report the loan when its day has passed."""
        self.ensure_one()
        ticket = self.aftersales_ticket_id
        overdue = self.aftersales_due_date < today
        borrower = self.aftersales_guarantor_id or self.aftersales_requested_by
        words = {"slip": self.name, "day": self.aftersales_due_date}
        if overdue:
            body = self.env._(
                "Loan %(slip)s was due on %(day)s. Bring it back, or keep it.", **words
            )
        else:
            body = self.env._("Loan %(slip)s is due on %(day)s.", **words)
        ticket.message_notify(
            partner_ids=borrower.partner_id.ids,
            subject=self.name,
            body=body,
        )
        self.aftersales_loan_reminded_on = today
        if overdue and not self.aftersales_loan_escalated_on:
            keeper = self.env["aftersales.deadline"]._default_user(
                "parts_keeper", self.company_id
            )
            for user in keeper | ticket.team_id.leader_id:
                ticket.with_context(mail_activity_quick_update=True).activity_schedule(
                    "aftersales.activity_loan_overdue",
                    summary=self.name,
                    note=self.env._("Lent to %(user)s", user=borrower.name),
                    user_id=user.id,
                )
            self.aftersales_loan_escalated_on = today

    def _aftersales_settle_loans(self):
        result = super()._aftersales_settle_loans()
        for slip in self.filtered("aftersales_loan_settled"):
            slip._aftersales_loan_activities(
                "aftersales.activity_loan_overdue"
            ).unlink()
        return result
