from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AftersalesDeduction(models.Model):
    """Deductions in the books, and what of them goes back (R-PAY-04, R-PAY-05)."""

    _inherit = "aftersales.deduction"

    def action_post(self):
        """Hold these deductions back: a journal entry each (Finance).

        What the customer has paid meanwhile is not held back any more; a deduction of
        which nothing is left is cancelled.

        :raises UserError: before its month, while its invoice is disputed, in a closed
            period, or without accounts
        """
        self._check_role("finance")
        self._check_not_own()
        self._check_state("confirmed")
        self._check_not_disputed()
        # sudo: entries arise from the deduction; role and state are checked above
        deductions = self.sudo()
        deductions.lock_for_update()
        deductions._recalculate()
        for deduction in deductions:
            if deduction.state == "confirmed":
                deduction._post()
        return True

    def _check_not_disputed(self):
        """Raise UserError where the customer may be right: nobody pays for him yet."""
        # sudo: Finance may hold back for invoices; only their reason leaves
        for deduction in self.sudo():
            move = deduction.move_id
            if move.aftersales_disputed:
                raise UserError(
                    self.env._(
                        "%(name)s: invoice %(invoice)s is disputed (%(reason)s). Hold "
                        "it back when that is settled, or cancel the deduction.",
                        name=deduction.name,
                        invoice=move.name,
                        reason=move.aftersales_dispute_reason,
                    )
                )

    def _post(self):
        """Make and post the entry of one deduction (in sudo)."""
        self.ensure_one()
        today = self._get_today(self.company_id)
        date = self.date or today
        if max(date, today) < self.month:
            raise UserError(
                self.env._(
                    "%(name)s is held back from the wage of %(month)s: post it then.",
                    name=self.name,
                    month=self.month.strftime("%Y-%m"),
                )
            )
        entry = self._create_entry(date, self.amount, self.name)
        self.write(
            {"state": "posted", "entry_id": entry.id, "posted_by_id": self.env.uid}
        )

    def _create_entry(self, date, amount, ref):
        """Post an entry that holds ``amount`` back; a negative one gives it back.

        :raises UserError: in a closed period, or where the settings lack an account
        """
        self.ensure_one()
        journal, held, payroll = self.company_id._aftersales_get_deduction_books()
        locks = self.company_id._get_violated_lock_dates(date, False, journal)
        if locks:
            raise UserError(
                self.env._(
                    "%(name)s cannot be posted on %(date)s: the books are closed until "
                    "%(lock)s. Enter a later date, or move the lock date.",
                    name=ref,
                    date=fields.Date.to_string(date),
                    lock=max(lock[0] for lock in locks),
                )
            )
        employee = self.employee_id
        partner = employee.work_contact_id or self.guarantor_id.partner_id
        entry = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": date,
                    "ref": f"{ref}: {self.move_id.name}",
                    "line_ids": [
                        Command.create(
                            {
                                "name": ref,
                                "account_id": account.id,
                                "partner_id": partner.id,
                                "balance": balance,
                            }
                        )
                        for account, balance in ((payroll, amount), (held, -amount))
                    ],
                }
            )
        )
        entry.action_post()
        return entry

    def _update_refunds(self):
        """Say what guarantors get back, in proportion to what was paid (in sudo).

        Of each deduction the same share goes back as was paid or credited of the debt
        it was held back for, and never is more held of a debt than was not. What was
        written off brings nothing back: the guarantor bears it. What was given back
        stays so when a payment is undone: the debt is open again, and is found anew.
        """
        deductions = self.search(
            [("move_id", "in", self.move_id.ids), ("state", "=", "posted")]
        )
        if not deductions:
            return
        targets = deductions._get_refund_targets()
        pending = {
            refund.deduction_id: refund
            for refund in deductions.refund_ids
            if refund.state == "due"
        }
        new = []
        gone = self.env["aftersales.deduction.refund"]
        for deduction in deductions:
            currency = deduction.currency_id
            amount = currency.round(targets[deduction] - deduction.amount_refunded)
            refund = pending.get(deduction)
            if currency.compare_amounts(amount, 0) <= 0:
                gone |= refund or gone
            elif not refund:
                new.append({"deduction_id": deduction.id, "amount": amount})
            elif currency.compare_amounts(amount, refund.amount):
                refund.amount = amount
        gone._withdraw()
        # One refund is due at a time: what was posted or withdrawn is out of the way.
        self.env["aftersales.deduction.refund"].flush_model(["state"])
        self.env["aftersales.deduction.refund"].create(new)

    def _get_refund_targets(self):
        """Return ``{deduction: how much of it has to be given back in all}``.

        These must be all that are held back of their invoices (in sudo).
        """
        shares = self.move_id._aftersales_unpaid_guarantees()
        targets = {}
        for (move, user), mine in self.grouped(
            lambda deduction: (deduction.move_id, deduction.guarantor_id)
        ).items():
            currency = mine.currency_id
            __, unpaid = shares[move].get(user, (0.0, 0.0))
            unpaid = max(unpaid, 0.0)
            excess = -unpaid
            for deduction in mine:
                base = deduction.amount_vouched
                paid = max(base - unpaid, 0.0)
                target = currency.round(deduction.amount * paid / base)
                targets[deduction] = max(target, deduction.amount_refunded)
                excess += deduction.amount - targets[deduction]
            # Held once more after a payment was undone: the latest goes back first.
            for deduction in mine.sorted("id", reverse=True):
                room = deduction.amount - targets[deduction]
                more = currency.round(min(max(excess, 0.0), room))
                targets[deduction] = currency.round(targets[deduction] + more)
                excess -= more
        return targets
