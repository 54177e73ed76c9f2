from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common_account import AccountCommon


class CloseCommon(AccountCommon):
    """A second one of Finance, for what two people do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance_2 = new_test_user(
            cls.env,
            "finance_2",
            groups="aftersales.group_aftersales_finance",
            company_id=cls.company.id,
        )
        cls._book(cls.rent, 40.0)

    def _close(self, period):
        self._as("quality", period).action_submit()
        self._as("finance", period).action_close()
        return period

    def _closed_year(self):
        """Return 2025, closed with its three months: a result of 95."""
        found = self._begin("2025-11-01")
        found = self._begin("2026-01-02")
        for (kind, __), period in found.items():
            if kind == "month":
                self._close(period)
        return self._close(found["year", "2025-01-01"])

    def _figures(self, period):
        return {
            (figure.category, figure.payer): figure.amount
            for figure in period.figure_ids
        }


@tagged("post_install", "-at_install")
class TestAccounts(CloseCommon):
    """Accounts of months and years that tie to the ledger (R-PAY-07, R-STAT-14)."""

    def test_figures_tie_to_the_ledger(self):
        period = self._close(self._month())
        self.assertEqual(
            self._figures(period),
            {
                ("labour", "customer"): 60.0,
                ("parts", "customer"): 75.0,
                ("operating", False): -40.0,
            },
        )
        self.assertEqual(
            (period.amount_revenue, period.amount_cost, period.amount_profit),
            (135.0, 40.0, 95.0),
        )
        for figure in self._as("finance", period).figure_ids:
            action = figure.action_view_items()
            items = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(-sum(items.mapped("balance")), figure.amount)
            self.assertEqual(len(items), figure.item_count)

    def test_closed_never_changes(self):
        """Neither by what is booked later, nor by code, nor by SQL."""
        period = self._close(self._month())
        self._book(self.rent, 15.0)
        self._begin("2025-11-03")
        self.assertEqual(period.amount_profit, 95.0)
        self.assertEqual(period.amount_drift, -15.0)
        figure = period.figure_ids.filtered(lambda f: f.category == "operating")
        self.assertEqual((figure.amount_now, figure.amount_drift), (-55.0, -15.0))
        with self.assert_refused(UserError, "already: Closed"):
            self._as("finance", period).action_refresh_figures()
        for statement in (
            "UPDATE aftersales_account_period SET state = 'submitted'",
            "UPDATE aftersales_account_figure SET amount = 0",
            "DELETE FROM aftersales_statistics_line",
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.env.cr.execute(statement)

    def test_two_people(self):
        period = self._month()
        manager = self._as("manager", period)
        manager.action_submit()
        with self.assert_refused(UserError, "submitted by you"):
            manager.action_close()
        with self.assert_refused(AccessError, "belongs to Finance"):
            self._as("quality", period).action_close()
        self.assertNotIn("amount_profit", self._as("quality", period).fields_get())
        self._as("finance", period).action_close()
        self.assertEqual(period.closed_by_id, self.user_finance)
        self.assertFalse(period.activity_ids)

    def test_year_after_its_months(self):
        self._begin("2025-11-01")
        found = self._begin("2026-01-02")
        year = found["year", "2025-01-01"]
        year.with_user(self.finance_2).action_submit()
        with self.assert_refused(UserError, "close .* first"):
            self._as("finance", year).action_close()
        for (kind, __), period in found.items():
            if kind == "month":
                self._close(period)
        self._as("finance", year).action_close()
        self.assertEqual((year.amount_profit, year.amount_months), (95.0, 95.0))
        self.assertEqual(len(year.month_ids), 3)

    def test_parts_that_no_entry_stands_for(self):
        """Valued at a closing only, parts are counted at cost beside the books."""
        ticket = self._ticket().sudo()
        move = self._use_part(self._line(ticket, self.mirror).sudo(), 2)
        period = self._month()
        figure = period.figure_ids.filtered(lambda f: f.category == "parts_unbooked")
        self.assertEqual(figure.amount, -60.0)
        action = figure.with_user(self.user_manager).action_view_items()
        self.assertEqual(self.env["stock.move"].search(action["domain"]), move)
        self.mirror.categ_id = self.env["product.category"].create(
            {"name": "Valued at once", "property_valuation": "real_time"}
        )
        self._as("finance", period).action_refresh_figures()
        self.assertNotIn("parts_unbooked", period.figure_ids.mapped("category"))


@tagged("post_install", "-at_install")
class TestProfitShare(CloseCommon):
    """Staff get 40 % of a year's result, to the cent (R-INC-02)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["hr.employee"].search([("company_id", "=", cls.company.id)]).unlink()
        cls.workers = cls.env["hr.employee"].create(
            [
                {"name": user.name, "user_id": user.id, "company_id": cls.company.id}
                for user in (cls.user_technician, cls.user_advisor, cls.user_inspector)
            ]
        )

    def _share(self, *weights):
        share = (
            self.env["aftersales.profit.share"]
            .with_user(self.user_finance)
            .create({"period_id": self._closed_year().id})
        )
        share.line_ids = [
            Command.create({"employee_id": worker.id, "weight": weight})
            for worker, weight in zip(self.workers, weights, strict=False)
        ]
        return share

    def test_forty_percent_by_weights(self):
        share = self._share(1, 1, 1)
        self.assertEqual((share.amount_profit, share.amount_total), (95.0, 38.0))
        self.assertEqual(share.line_ids.mapped("amount"), [12.66, 12.67, 12.67])
        share.line_ids[1].weight = 2
        self.assertEqual(share.line_ids.mapped("amount"), [9.5, 19.0, 9.5])
        self.assertEqual(sum(share.line_ids.mapped("amount")), share.amount_total)

    def test_amounts_follow_from_the_year_and_the_weights(self):
        share = self._share(1, 1)
        worker = self.workers[2]
        with self.assert_refused(AccessError, "written by its buttons"):
            share.amount_total = 1000.0
        with self.assert_refused(AccessError, "follows from the weights"):
            share.line_ids[0].amount = 30.0
        with self.assert_refused(AccessError, "follows from the weights"):
            share.line_ids.create(
                {"share_id": share.id, "employee_id": worker.id, "amount": 30.0}
            )
        self.env.invalidate_all()
        self.assertEqual(share.amount_total, 38.0)
        self.assertEqual(share.line_ids.mapped("amount"), [19.0, 19.0])

    def test_two_people_without_a_part(self):
        share = self._share(1)
        share.action_confirm()
        with self.assert_refused(UserError, "take it back to change"):
            share.line_ids.weight = 5
        with self.assert_refused(AccessError, "belongs to"):
            share.action_approve()
        self._as("manager", share).action_approve()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                share.sudo().approved_by_id = self.user_finance
                self.env.flush_all()
        with self.assert_refused(UserError, "already: Approved"):
            share.action_cancel()

    def test_nobody_decides_on_his_own(self):
        self.workers[0].user_id = self.user_manager
        share = self._share(1)
        with self.assert_refused(AccessError, "have a part in it"):
            self._as("manager", share).action_confirm()
        share.action_confirm()
        with self.assert_refused(AccessError, "have a part in it"):
            self._as("manager", share).action_approve()

    def test_staff_named_and_year_shared_once(self):
        share = self._share()
        share.action_propose_staff()
        self.assertEqual(share.line_ids.employee_id, self.workers)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                share.copy()
                self.env.flush_all()
        month = self.Period.search([("kind", "=", "month")], limit=1)
        with self.assert_refused(UserError, "accounts are closed"):
            share.period_id = month

    def test_one_reads_his_own_once_approved(self):
        share = self._share(1, 1)
        mine = share.line_ids[0]
        lines = self.env["aftersales.profit.share.line"].with_user(self.user_technician)
        self.assertFalse(lines.search([]))
        share.action_confirm()
        self._as("manager", share).action_approve()
        self.env.invalidate_all()
        self.assertEqual(lines.search([]), mine)
        self.assertEqual(lines.search([]).read(["name", "amount"])[0]["amount"], 19.0)
        # The menu shows one's own, also to who may read all.
        menu = self.env.ref("aftersales.menu_aftersales_profit_share_own")
        visible = menu.with_user(self.user_technician)._visible_menu_ids()
        self.assertIn(menu.id, visible)
        others = self.env.ref("aftersales.menu_aftersales_profit_share_line")
        self.assertNotIn(others.id, visible)
        for user, found in ((self.user_technician, mine), (self.user_finance, lines)):
            domain = safe_eval(menu.action.domain, {"uid": user.id})
            self.assertEqual(lines.with_user(user).search(domain), found)

    def test_on_the_payout_statement(self):
        """Approved, the parts reach payroll, once (R-INC-10)."""
        share = self._share(1, 1)
        share.action_confirm()
        month = fields.Date.today().replace(day=1)
        Payout = self.env["aftersales.payout"]
        self.assertFalse(Payout._collect(self.company, month))
        self._as("manager", share).action_approve()
        payouts = Payout._collect(self.company, month)
        self.assertEqual(payouts.employee_id, self.workers[:2])
        self.assertEqual(payouts.line_ids.mapped("amount"), [19.0, 19.0])
        self.assertEqual(set(payouts.line_ids.mapped("kind")), {"profit_share"})
        payouts.with_user(self.user_finance).action_release()
        Payout._collect(self.company, month)
        lines = self.env["aftersales.payout.line"].search(
            [("employee_id", "in", self.workers.ids), ("live", "=", True)]
        )
        self.assertEqual(len(lines), 2)
