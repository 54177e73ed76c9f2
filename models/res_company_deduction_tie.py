from odoo import models


class ResCompany(models.Model):
    """Whether what is held back is what stands on the account (R-PAY-04, R-PAY-05)."""

    _inherit = "res.company"

    def _aftersales_deduction_tie(self):
        """Compare the account of guarantees held with deductions and refunds.

        :return: dict of amounts in the company's currency: ``ledger`` what stands on
            the account, ``held`` what was held back, ``refunded`` what of it was given
            back, ``deductions`` the difference of both, ``difference`` ledger less
            deductions; and ``reasons`` (texts whose amounts sum up to the difference),
            ``strays`` (items of the account that belong to no deduction),
            ``differing`` (deductions whose entries say something else)
        """
        self.ensure_one()
        currency = self.currency_id
        items = self.env["account.move.line"]
        domain = [
            ("company_id", "=", self.id),
            ("account_id", "=", self.aftersales_deduction_account_id.id),
            ("parent_state", "=", "posted"),
        ]
        booked = {
            move: -balance
            for move, balance in items._read_group(domain, ["move_id"], ["balance:sum"])
        }
        ledger = currency.round(sum(booked.values()))
        deductions = self.env["aftersales.deduction"].search_fetch(
            [("company_id", "=", self.id), ("state", "in", ("posted", "returned"))],
            ["name", "amount", "entry_id"],
        )
        refunds = self.env["aftersales.deduction.refund"].search_fetch(
            [("company_id", "=", self.id), ("state", "=", "posted")],
            ["deduction_id", "amount", "entry_id"],
        )
        differing = self.env["aftersales.deduction"]
        reasons = []
        for record, sign in [(item, 1) for item in deductions] + [
            (item, -1) for item in refunds
        ]:
            said = sign * record.amount
            found = booked.pop(record.entry_id, 0.0)
            if currency.compare_amounts(said, found):
                differing |= record if sign > 0 else record.deduction_id
                reasons.append(self._aftersales_deduction_reason(record, said, found))
        strays = items.search(
            [*domain, ("move_id", "in", [move.id for move in booked])],
            order="date, id",
            limit=500,
        )
        reasons += [
            self.env._(
                "%(entry)s: %(amount)s on the account, of no deduction.",
                entry=move.name or "/",
                amount=currency.format(amount),
            )
            for move, amount in booked.items()
            if not currency.is_zero(amount)
        ]
        held = currency.round(sum(deductions.mapped("amount")))
        refunded = currency.round(sum(refunds.mapped("amount")))
        return {
            "ledger": ledger,
            "held": held,
            "refunded": refunded,
            "deductions": currency.round(held - refunded),
            "difference": currency.round(ledger - held + refunded),
            "reasons": reasons,
            "strays": strays,
            "differing": differing,
        }

    def _aftersales_deduction_reason(self, record, said, found):
        """Say in words why the entry of a deduction or refund says something else."""
        entry = record.entry_id
        words = {
            "document": record.display_name,
            "entry": entry.name or "/",
            "said": self.currency_id.format(said),
            "found": self.currency_id.format(found),
        }
        if entry.state != "posted":
            return self.env._(
                "%(document)s: %(said)s, but its entry %(entry)s is not posted.",
                **words,
            )
        return self.env._(
            "%(document)s: %(said)s, but %(found)s by entry %(entry)s on this account: "
            "the entry was changed, or the account of the settings was.",
            **words,
        )
