from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestPurchaseIntent(AftersalesCommon):
    """R-INT-16: heard during the service, passed to sales with the provider's name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="seller",
            name="Seller",
            groups="sales_team.group_sale_salesman",
        )
        cls.other_seller = new_test_user(
            cls.env, login="other_seller", groups="sales_team.group_sale_salesman"
        )

    def _heard(self, user=None):
        ticket = self._ticket().with_user(user or self.user_technician)
        ticket.purchase_intent = "Wants a second truck in spring"
        return ticket

    def _passed(self):
        self.customer.user_id = self.seller
        ticket = self._heard()
        ticket.action_pass_to_sales()
        return ticket.sudo().purchase_intent_id

    def test_reaches_sales_with_the_name(self):
        ticket = self._heard()
        with self.assert_refused(UserError, "Nobody sells to Lin Freight"):
            ticket.action_pass_to_sales()
        self.assertFalse(ticket.purchase_intent_id)
        self.customer.user_id = self.seller
        self._as("advisor", ticket).action_pass_to_sales()
        intent = ticket.sudo().purchase_intent_id
        self.assertEqual(intent.provider_id, self.user_technician)
        self.assertEqual(intent.user_id, self.seller)
        self.assertEqual(intent.state, "passed")
        activity = intent.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("Technician", activity.summary)
        self.assertIn("second truck", activity.note)
        self.assertEqual(
            intent.with_user(self.seller).description, "Wants a second truck in spring"
        )
        with self.assertRaisesRegex(UserError, "told already"):
            self._as("advisor", ticket).action_pass_to_sales()

    def test_who_cannot_sell_is_not_called(self):
        outsider = new_test_user(self.env, login="outsider", groups="base.group_user")
        self.customer.user_id = outsider
        with self.assert_refused(UserError, "somebody with a role in Sales"):
            self._heard().action_pass_to_sales()

    def test_company_has_a_salesperson(self):
        self.company.aftersales_sales_user_id = self.other_seller
        ticket = self._heard()
        ticket.action_pass_to_sales()
        self.assertEqual(ticket.sudo().purchase_intent_id.user_id, self.other_seller)

    def test_who_heard_it_first_stays(self):
        ticket = self._heard()
        self._as("advisor", ticket).purchase_intent = "A second truck, and a van"
        self.assertEqual(ticket.purchase_intent_by_id, self.user_technician)

    def test_the_name_is_not_forged(self):
        intent = self._passed()
        for user in (self.user_advisor, self.seller):
            for vals in ({"provider_id": user.id}, {"state": "won"}):
                with self.subTest(user=user.login, vals=vals):
                    with self.assertRaises(AccessError):
                        intent.with_user(user).write(vals)
        intents = self.env["aftersales.purchase.intent"].with_user(self.user_advisor)
        with self.assertRaises(AccessError):
            intents.create(
                {
                    "partner_id": self.customer.id,
                    "description": "Mine",
                    "provider_id": self.user_technician.id,
                }
            )
        own = intents.create({"partner_id": self.driver.id, "description": "Van"})
        self.assertEqual(own.provider_id, self.user_advisor)

    def test_the_salesperson_says_what_came_of_it(self):
        intent = self._passed()
        with self.assertRaises(AccessError):
            intent.with_user(self.other_seller).action_won()
        with self.assertRaises(AccessError):
            intent.with_user(self.user_technician).action_lost()
        intent.with_user(self.seller).action_won()
        self.assertEqual(intent.state, "won")
        self.assertFalse(intent.activity_ids)
        with self.assertRaisesRegex(UserError, "already"):
            intent.with_user(self.seller).action_lost()

    def test_nobody_confirms_his_own(self):
        self.customer.user_id = self.user_manager
        ticket = self._heard(self.user_manager)
        ticket.action_pass_to_sales()
        intent = ticket.purchase_intent_id
        with self.assertRaisesRegex(UserError, "somebody else says"):
            intent.action_won()
        self.assertEqual(intent.state, "passed")

    def test_sales_see_their_own_only(self):
        intent = self._passed()
        model = self.env["aftersales.purchase.intent"]
        self.assertEqual(model.with_user(self.seller).search([]), intent)
        self.assertFalse(model.with_user(self.other_seller).search([]))
        self.assertIn(intent, model.with_user(self.user_quality).search([]))

    def test_one_open_intent_of_a_ticket(self):
        intent = self._passed()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            intent.copy({"ticket_id": intent.ticket_id.id})
