from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from .common_deduction import DeductionCommon


@tagged("post_install", "-at_install")
class TestRounds(DeductionCommon):
    """A scheduled action whose time is up goes on behind what is done."""

    def _out_of_time(self):
        """Each piece takes all the time there is."""
        return patch.object(
            self.registry["ir.cron"], "_commit_progress", return_value=0
        )

    def _rounds(self, todo=range(5)):
        rounds = self.env["ir.cron"]._aftersales_rounds
        return list(rounds("test", todo, lambda number: (number,)))

    def test_each_has_its_turn(self):
        with self._out_of_time(), freeze_time("2026-03-02 04:00:00"):
            self.assertEqual(
                [self._rounds() for __ in range(5)], [[0], [1], [2], [3], [4]]
            )
            self.assertEqual(self._rounds(), [0], "all done: from the beginning")
            # What was done has left the list meanwhile.
            self.assertEqual(self._rounds([3, 4]), [3])
        with self._out_of_time(), freeze_time("2026-03-03 04:00:00"):
            self.assertEqual(self._rounds(), [0], "another day, another list")
        with patch.object(self.registry["ir.cron"], "_commit_progress", return_value=9):
            self.assertEqual(self._rounds([7, 5, 6]), [5, 6, 7])

    def test_deductions_and_refunds(self):
        for number in range(4):
            self._invoice({"A": 10 + number})
        held = self._invoice({"B": 99})
        with (
            self._day(60),
            patch("odoo.addons.aftersales.models.aftersales_deduction_find.BATCH", 1),
        ):
            self.env["aftersales.deduction"]._propose(self.company, held, date.today())
            self._hold_back()
            held.invoice_line_ids.aftersales_guarantor_id = False
            with self._out_of_time():
                for __ in range(6):
                    self.env["aftersales.deduction"]._cron_find()
        self.assertEqual(
            sorted(self._deductions("proposed").mapped("amount")), [10, 11, 12, 13]
        )
        self.assertEqual(self._refunds().amount, 99)

    def test_every_company(self):
        """Those behind a company with long lists are begun as well."""
        other = self.env["res.company"].create({"name": "Other"})
        begun = []
        actions = [
            ("aftersales.statement", "_cron_begin_statements", "_begin_months"),
            ("aftersales.payout", "_cron_collect", "_collect"),
            ("aftersales.account.period", "_cron_begin_periods", "_begin_missing"),
        ]
        companies = self.company | other
        self.env["res.company"].search([("id", "not in", companies.ids)]).active = False
        for model, action, step in actions:
            begun.clear()
            with (
                self._out_of_time(),
                patch.object(
                    self.registry[model],
                    step,
                    lambda this, company, *__: begun.append(company),
                ),
                patch.object(
                    self.registry["aftersales.ticket"],
                    "_read_group",
                    return_value=[(company,) for company in companies],
                ),
                patch.object(
                    self.registry["account.move"],
                    "_read_group",
                    return_value=[(company,) for company in companies],
                ),
            ):
                for __ in companies:
                    getattr(self.env[model], action)()
            self.assertEqual(begun, list(companies.sorted("id")), model)
