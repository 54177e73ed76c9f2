from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestTicketIntake(AftersalesCommon):
    def test_salesperson_relays(self):
        ticket = self._ticket(channel="sales", relay_user_id=self.user_quality.id)
        relayed = ticket.deadline_ids.filtered(lambda d: d.milestone == "relayed")
        self.assertEqual(len(relayed), 1)
        self._as("quality", ticket).action_relay()
        self.assertTrue(ticket.relayed_at)
        self.assertEqual(relayed.state, "met")
        with self.assertRaisesRegex(UserError, "nothing to relay"):
            ticket.action_relay()

    def test_only_the_sales_channel_has_a_relay(self):
        ticket = self._ticket()
        self.assertNotIn("relayed", ticket.deadline_ids.mapped("milestone"))
        with self.assertRaisesRegex(UserError, "nothing to relay"):
            ticket.action_relay()

    def test_web_report_is_collected_once(self):
        ticket = self._ticket(channel="web", advisor_id=False)
        ticket.action_collect()
        self.assertEqual(ticket.collected_by_id, self.user_advisor)
        self.assertEqual(ticket.advisor_id, self.user_advisor)
        with self.assertRaisesRegex(UserError, "no web report"):
            ticket.action_collect()

    def test_reminder_of_uncollected_reports(self):
        cron = self.env["aftersales.ticket"]._cron_remind_collection
        kind = self.env.ref("aftersales.activity_collect")
        # Wednesday, ten in the morning in the company's calendar
        with freeze_time("2026-03-11 02:00:00"):
            self.company.resource_calendar_id.tz = "Asia/Shanghai"
            ticket = self._ticket(
                channel="web", reported_at=fields.Datetime.now() - timedelta(hours=6)
            )
            cron()
            cron()
        reminders = ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(len(reminders), 1)
        # Sunday: nobody is reminded
        with freeze_time("2026-03-15 02:00:00"):
            late = self._ticket(channel="web", reported_at=fields.Datetime.now())
            cron()
        self.assertFalse(late.activity_ids)

    def test_purchase_intent_reaches_sales(self):
        ticket = self._ticket()
        ticket.purchase_intent = "Wants a second truck in spring"
        self.assertEqual(ticket.purchase_intent_by_id, self.user_advisor)
        with self.assertRaisesRegex(UserError, "salesperson on Lin Freight"):
            ticket.action_pass_to_sales()
        self.customer.user_id = self.user_quality
        ticket.action_pass_to_sales()
        activity = self.customer.activity_ids
        self.assertEqual(activity.user_id, self.user_quality)
        self.assertIn("Advisor", activity.summary)

    def test_customer_who_is_not_in_the_file(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.assertFalse(self._ticket().user_mismatch)
        self.assertFalse(self._ticket(partner_id=self.driver.id).user_mismatch)
        self.assertTrue(self._ticket(partner_id=stranger.id).user_mismatch)

    def test_technician_without_a_phone_is_announced(self):
        self.assertFalse(self._ticket().technician_unreachable)
        self.user_technician.phone = False
        self.assertTrue(self._ticket().technician_unreachable)
