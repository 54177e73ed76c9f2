import re
from contextlib import contextmanager

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReferral(AftersalesCommon):
    """R-INC-01: five percent of the commission for who told of the purchase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_commission_percent = 2
        cls.seller = new_test_user(
            cls.env,
            login="seller",
            name="Seller",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
        )
        users = cls.seller | cls.user_technician
        cls.env["hr.employee"].search([("user_id", "in", users.ids)]).unlink()
        cls.employees = cls.env["hr.employee"].create(
            [
                {"name": user.name, "user_id": user.id, "company_id": cls.company.id}
                for user in users
            ]
        )
        cls.customer.user_id = cls.seller
        ticket = cls._ticket().with_user(cls.user_technician)
        ticket.purchase_intent = "Wants a second truck in spring"
        ticket.action_pass_to_sales()
        cls.intent = ticket.sudo().purchase_intent_id
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.mirror.id,
                            "product_uom_qty": 1,
                            "price_unit": 200000,
                        }
                    )
                ],
            }
        )

    @contextmanager
    def _refused(self, words, error=UserError):
        with self.assertRaisesRegex(error, re.escape(words)), self.env.cr.savepoint():
            yield

    def _bought(self):
        """Return the fee that begins when the salesperson says they have bought."""
        self.order.action_confirm()
        intent = self.intent.with_user(self.seller)
        intent.sale_order_id = self.order
        intent.action_won()
        self.env.invalidate_all()
        return self.intent.referral_id

    def _released(self, at="2026-03-10 04:00:00"):
        fee = self._bought()
        fee.with_user(self.seller).action_confirm()
        with freeze_time(at):
            fee.with_user(self.user_finance).action_release()
        return fee

    def test_from_the_word_to_both_payouts(self):
        fee = self._bought()
        self.assertEqual(
            (fee.informer_id, fee.payer_id), (self.user_technician, self.seller)
        )
        self.assertEqual(
            (fee.amount_order, fee.commission, fee.amount), (200000, 4000, 200)
        )
        self.assertEqual(fee.activity_ids.user_id, self.seller)
        with Form(fee.with_user(self.seller)) as form:
            form.commission = 3000
        fee.with_user(self.seller).action_confirm()
        self.assertFalse(fee.activity_ids)
        with freeze_time("2026-03-10 04:00:00"):
            fee.with_user(self.user_finance).action_release()
        Payout = self.env["aftersales.payout"]
        self.assertFalse(Payout._find_items(self.company, self._month(2)))
        payouts = Payout._collect(self.company, self._month(3))
        self.assertEqual(
            {payout.user_id: payout.amount_total for payout in payouts},
            {self.seller: -150, self.user_technician: 150},
        )
        names = "".join(payouts.line_ids.mapped("name"))
        self.assertIn("Seller", names)
        self.assertIn(self.user_technician.name, names)
        # Both parties read their own, the salesperson without a role of after-sales.
        with freeze_time("2026-04-02 04:00:00"):
            payouts.with_user(self.user_finance).action_release()
        self.env.invalidate_all()
        mine = Payout.with_user(self.seller).search([])
        self.assertEqual(mine.amount_total, -150)
        self.assertEqual(fee.with_user(self.seller).payout_id, mine)
        self.assertEqual(
            fee.with_user(self.user_technician).payout_id.amount_total, 150
        )
        self.assertFalse(Payout._collect(self.company, self._month(4)))

    def _month(self, number):
        last = self.env["aftersales.payout"]._get_last_month()
        return last.replace(year=2026, month=number)

    def test_one_party_is_paid_later(self):
        fee = self._released()
        Payout = self.env["aftersales.payout"]
        payouts = Payout._collect(self.company, self._month(3))
        mine = payouts.filtered(lambda payout: payout.user_id == self.seller)
        with freeze_time("2026-04-02 04:00:00"):
            mine.with_user(self.user_finance).action_release()
        other = payouts - mine
        other.with_user(self.user_finance).action_collect()
        self.assertEqual(other.amount_total, fee.amount)

    def test_who_does_what(self):
        fee = self._bought()
        with self._refused("is confirmed by Seller", AccessError):
            fee.with_user(self.user_technician).action_confirm()
        with self._refused("is confirmed by Seller", AccessError):
            fee.with_user(self.user_finance).action_confirm()
        with self._refused("", AccessError):
            fee.with_user(self.seller).amount_order = 5
        fee.sudo().commission = 0
        with self._refused("enter the commission"):
            fee.with_user(self.seller).action_confirm()
        fee.with_user(self.seller).commission = 4000
        fee.with_user(self.seller).action_confirm()
        with self._refused("is already"):
            fee.with_user(self.seller).commission = 9000
        for role in ("advisor", "technician"):
            with self._refused("", AccessError):
                fee.with_user(self.users[role]).action_release()
        self.seller.group_ids |= self.env.ref("aftersales.group_aftersales_finance")
        with self._refused("is your own"):
            fee.with_user(self.seller).action_release()
        with self._refused("kept as a record"):
            fee.unlink()
        with self._refused("follows from a purchase", AccessError):
            fee.with_user(self.user_finance).create([{}])
        outsider = fee.with_user(self.user_advisor)
        self.assertFalse(outsider.search([]))

    def test_only_a_confirmed_order_of_the_customer(self):
        intent = self.intent.with_user(self.seller)
        intent.action_won()
        with self._refused("confirmed order of"):
            intent.action_begin_referral()
        intent.sale_order_id = self.order
        with self._refused("confirmed order of"):
            intent.action_begin_referral()
        self.order.action_confirm()
        with self._refused("is begun by Seller or Finance", AccessError):
            self.intent.with_user(self.user_technician).action_begin_referral()
        action = intent.action_begin_referral()
        self.assertEqual(action["res_id"], self.intent.referral_id.id)
        with self._refused("cancel it first"):
            intent.sale_order_id = False
        with self._refused("is said by Seller", AccessError):
            self.intent.with_user(self.user_technician).sale_order_id = False
        fee = self.intent.referral_id
        fee.with_user(self.seller).action_confirm()
        self.order._action_cancel()
        self.order.state = "cancel"
        finance = fee.with_user(self.user_finance)
        with self._refused("not a confirmed order any more"):
            finance.action_release()
        with self._refused("enter why"):
            finance.action_cancel()
        finance.cancel_reason = "Order cancelled"
        finance.action_cancel()
        self.assertEqual(fee.state, "cancelled")

    def test_both_are_employees(self):
        fee = self._bought()
        fee.with_user(self.seller).action_confirm()
        self.employees[1].user_id = False
        with self._refused("is no employee of"):
            fee.with_user(self.user_finance).action_release()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_it(self):
        fee = self._bought()
        for vals in (
            {"informer_id": self.seller.id},
            {"percent": 101},
            {"confirmed_by_id": self.user_technician.id},
            {"released_by_id": self.seller.id},
            {"state": "released"},
            {"state": "cancelled"},
        ):
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                fee.write(vals)
                self.env.flush_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            fee.copy()

    def test_printed(self):
        fee = self._released()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.user_technician)
            ._render_qweb_html("aftersales.report_referral", fee.ids)[0]
            .decode()
        )
        for words in (fee.name, "Referral Fee Slip", self.order.name, "Seller"):
            self.assertIn(words, html)
        self.assertRegex(html, "200.00")
