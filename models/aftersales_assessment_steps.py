from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_assessment import PROPOSERS


class AftersalesAssessment(models.Model):
    """The steps of an assessment, and how it reaches payroll (R-QUAL-04, R-QUAL-05)."""

    _inherit = "aftersales.assessment"

    def action_propose(self):
        """Put it to the person concerned, who may appeal for some days.

        :raises AccessError: without a responsible role
        :raises UserError: on oneself, or without an amount
        """
        self._check_role(*PROPOSERS)
        self._check_state("draft")
        for assessment in self:
            assessment._check_not_own()
            if assessment.currency_id.is_zero(assessment.amount):
                raise UserError(
                    self.env._(
                        "%(name)s: choose a standard, or enter how much is held back "
                        "or awarded.",
                        name=assessment.name,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        for assessment in self.sudo():
            today = self.env["aftersales.payout"]._get_today(assessment.company_id)
            days = assessment.company_id.aftersales_appeal_days
            assessment.write(
                {
                    "state": "proposed",
                    "proposed_by_id": self.env.uid,
                    "proposed_at": fields.Datetime.now(),
                    "concerned_id": assessment.user_id.id,
                    "appeal_until": today + relativedelta(days=days),
                }
            )
            assessment._tell(
                assessment.user_id,
                self.env._(
                    "An assessment of %(amount)s is proposed: %(reason)s You may "
                    "appeal until %(day)s.",
                    amount=assessment.currency_id.format(assessment.amount),
                    reason=assessment.reason,
                    day=assessment.appeal_until,
                ),
            )
        return True

    def action_appeal(self):
        """Disagree, as the person concerned, in the words written before (R-QUAL-04).

        :raises UserError: too late, or without a reason
        """
        self.check_access("read")
        self._check_state("proposed")
        for assessment in self:
            if not assessment.is_concerned:
                raise AccessError(
                    self.env._(
                        "%(name)s: the person concerned appeals himself.",
                        name=assessment.name,
                    )
                )
            if assessment._get_today() > assessment.appeal_until:
                raise UserError(
                    self.env._(
                        "%(name)s could be appealed until %(day)s.",
                        name=assessment.name,
                        day=assessment.appeal_until,
                    )
                )
            if not assessment.appeal:
                raise UserError(
                    self.env._(
                        "%(name)s: write why you disagree first.", name=assessment.name
                    )
                )
        # sudo: stamps are not editable; who appeals and the state are checked above
        for assessment in self.sudo():
            assessment.write(
                {"state": "appealed", "appealed_at": fields.Datetime.now()}
            )
            assessment._tell(
                assessment.proposed_by_id,
                self.env._("Appealed: %(words)s", words=assessment.appeal),
            )
        return True

    def action_answer(self):
        """State what the joint review has found: quality or a manager, neither side.

        The amount may be changed before; to drop it, it is cancelled.

        :raises UserError: without an answer
        """
        self.check_access("read")
        self._check_state("appealed")
        for assessment in self:
            if not assessment._may_answer(self.env.user):
                raise AccessError(
                    self.env._(
                        "%(name)s is reviewed by quality or a manager, by neither who "
                        "proposed it nor whom it concerns.",
                        name=assessment.name,
                    )
                )
            if not assessment.answer:
                raise UserError(
                    self.env._(
                        "%(name)s: write what the review has found first.",
                        name=assessment.name,
                    )
                )
        # sudo: stamps are not editable; who answers and the state are checked above
        for assessment in self.sudo():
            assessment.write(
                {
                    "state": "answered",
                    "answered_by_id": self.env.uid,
                    "answered_at": fields.Datetime.now(),
                }
            )
            assessment._tell(
                assessment.user_id | assessment.proposed_by_id,
                self.env._("Reviewed: %(words)s", words=assessment.answer),
            )
        return True

    def action_issue(self):
        """Issue the document (Finance, who has not proposed it; R-QUAL-05).

        :raises UserError: while the person concerned may still appeal
        """
        self._check_role("finance")
        self._check_state("proposed", "answered")
        for assessment in self:
            assessment._check_not_own()
            if assessment.proposed_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(name)s was proposed by you: somebody else issues it.",
                        name=assessment.name,
                    )
                )
            if (
                assessment.state == "proposed"
                and assessment.amount < 0
                and assessment._get_today() <= assessment.appeal_until
            ):
                raise UserError(
                    self.env._(
                        "%(name)s may be appealed until %(day)s: issue it afterwards.",
                        name=assessment.name,
                        day=assessment.appeal_until,
                    )
                )
        # sudo: stamps are not editable; role and state are checked above
        assessments = self.sudo()
        assessments.lock_for_update()
        assessments.write(
            {
                "state": "issued",
                "issued_by_id": self.env.uid,
                "issued_at": fields.Datetime.now(),
            }
        )
        return True

    def action_cancel(self):
        """Drop it for the reason written on it, before it is issued.

        :raises UserError: without a reason, or on oneself
        """
        self._check_role(*PROPOSERS)
        self._check_state("draft", "proposed", "appealed", "answered")
        for assessment in self:
            assessment._check_not_own()
            if not assessment.cancel_reason:
                raise UserError(
                    self.env._(
                        "%(name)s: enter why it is cancelled first.",
                        name=assessment.name,
                    )
                )
        # sudo: the state is not editable; role and state are checked above
        self.sudo().state = "cancelled"
        return True

    def _check_not_own(self):
        """Raise UserError where the user is the person concerned."""
        for assessment in self:
            if assessment.is_concerned and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(name)s concerns yourself: somebody else takes this step.",
                        name=assessment.name,
                    )
                )

    def _get_today(self):
        self.ensure_one()
        return self.env["aftersales.payout"]._get_today(self.company_id)

    def _tell(self, users, body):
        """Let ``users`` know (in sudo)."""
        self.ensure_one()
        if users:
            self.message_notify(
                partner_ids=users.partner_id.ids, subject=self.name, body=body
            )

    # -- Payroll ----------------------------------------------------------------------

    @api.model
    def _collect_payout_lines(self, company, month):
        end = self.env["aftersales.payout"]._get_month_end(company, month)
        assessments = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "issued"),
                ("issued_at", "<", end),
                *self._get_payout_open_domain(),
            ]
        )
        return [
            {
                "employee_id": assessment.employee_id.id,
                "kind": "assessment",
                "amount": assessment.amount,
                "source": assessment,
                "name": ": ".join(
                    filter(None, (assessment.name, assessment.standard_id.name))
                ),
                "ticket_id": assessment.ticket_id.id,
            }
            for assessment in assessments
        ]


class AftersalesPayout(models.Model):
    _inherit = "aftersales.payout"

    @api.model
    def _get_payout_sources(self):
        return [*super()._get_payout_sources(), "aftersales.assessment"]
