from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIVITY = "mail.mail_activity_data_todo"


class AftersalesReferral(models.Model):
    """The steps of a referral fee, and how it reaches payroll (R-INC-01)."""

    _inherit = "aftersales.referral"

    def action_confirm(self):
        """Confirm commission and fee: the salesperson himself, or a manager.

        :raises UserError: without a commission
        """
        self._check_payer("draft")
        for referral in self:
            if referral.currency_id.compare_amounts(referral.amount, 0) <= 0:
                raise UserError(
                    self.env._(
                        "%(name)s: enter the commission of this sale first.",
                        name=referral.name,
                    )
                )
        # sudo: stamps are not editable; who confirms and the state are checked above
        referrals = self.sudo()
        referrals.write(
            {
                "state": "confirmed",
                "confirmed_by_id": self.env.uid,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        referrals.activity_unlink([ACTIVITY])
        return True

    def action_release(self):
        """Release these fees to the payouts of both (Finance, none of the two).

        :raises UserError: when the order is not confirmed any more, or one of the two
            is no employee of the company
        """
        self._check_role("finance")
        self._check_state("confirmed")
        self._check_no_party()
        # sudo: stamps are not editable; role and state are checked above
        referrals = self.sudo()
        referrals.lock_for_update()
        for referral in referrals:
            if referral.sale_order_id.state != "sale":
                raise UserError(
                    self.env._(
                        "%(name)s: %(order)s is not a confirmed order any more. Cancel "
                        "the fee.",
                        name=referral.name,
                        order=referral.sale_order_id.name,
                    )
                )
            referral.write(
                {
                    "informer_employee_id": referral._find_employee("informer_id").id,
                    "payer_employee_id": referral._find_employee("payer_id").id,
                    "state": "released",
                    "released_by_id": self.env.uid,
                    "released_at": fields.Datetime.now(),
                }
            )
        return True

    def action_cancel(self):
        """Cancel these for the reason written on them, before they are released.

        :raises UserError: without a reason
        """
        self._check_role("finance")
        self._check_state("draft", "confirmed")
        self._check_no_party()
        for referral in self:
            if not referral.cancel_reason:
                raise UserError(
                    self.env._(
                        "%(name)s: enter why it is cancelled first.",
                        name=referral.name,
                    )
                )
        # sudo: the state is not editable; role and state are checked above
        referrals = self.sudo()
        referrals.state = "cancelled"
        referrals.activity_unlink([ACTIVITY])
        return True

    def _check_no_party(self):
        """Raise UserError where the user pays or gets one of these fees."""
        for referral in self:
            if self.env.user in (referral.informer_id, referral.payer_id):
                raise UserError(
                    self.env._(
                        "%(name)s is your own: somebody else of Finance takes this "
                        "step.",
                        name=referral.name,
                    )
                )

    def _find_employee(self, name):
        """Return the employee of the user in field ``name`` (in sudo)."""
        self.ensure_one()
        employee = self.env["hr.employee"].search(
            [("user_id", "=", self[name].id), ("company_id", "=", self.company_id.id)],
            limit=1,
        )
        if not employee:
            raise UserError(
                self.env._(
                    "%(name)s: %(user)s is no employee of %(company)s. Link his user "
                    "to his employee record first.",
                    name=self.name,
                    user=self[name].name,
                    company=self.company_id.name,
                )
            )
        return employee

    # -- Payroll ----------------------------------------------------------------------

    @api.model
    def _collect_payout_lines(self, company, month):
        end = self.env["aftersales.payout"]._get_month_end(company, month)
        referrals = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "released"),
                ("released_at", "<", end),
            ]
        )
        rows = []
        for referral in referrals:
            text = f"{referral.name}: {referral.sale_order_id.name}"
            for employee, other, amount in (
                (
                    referral.informer_employee_id,
                    referral.payer_id,
                    referral.amount,
                ),
                (
                    referral.payer_employee_id,
                    referral.informer_id,
                    -referral.amount,
                ),
            ):
                rows.append(
                    {
                        "employee_id": employee.id,
                        "kind": "referral",
                        "amount": amount,
                        "source": referral,
                        "name": f"{text}, {other.name}",
                        "ticket_id": referral.ticket_id.id,
                    }
                )
        return rows


class AftersalesPayout(models.Model):
    _inherit = "aftersales.payout"

    @api.model
    def _get_payout_sources(self):
        return [*super()._get_payout_sources(), "aftersales.referral"]
