from datetime import timedelta

from lxml import etree

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

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

    def test_the_salesperson_is_called_to_relay(self):
        """R-INT-05: the 12 h are those of the salesperson who took the report."""
        seller = new_test_user(
            self.env, login="seller", groups="aftersales.group_aftersales_user"
        )
        ticket = self._ticket(channel="sales", relay_user_id=seller.id)
        row = ticket.deadline_ids.filtered(lambda d: d.milestone == "relayed")
        self.assertEqual(row.due - ticket.reported_at, timedelta(hours=12))
        self.assertEqual(row.user_id, seller)
        ticket.with_user(seller).action_relay()
        self.assertTrue(ticket.relayed_at)
        outsider = new_test_user(self.env, login="outsider", groups="base.group_user")
        ticket = self._ticket(channel="sales", relay_user_id=outsider.id)
        row = ticket.deadline_ids.filtered(lambda d: d.milestone == "relayed")
        self.assertEqual(row.user_id, self.user_advisor, "sees no ticket")

    def test_nobody_is_called_but_people(self):
        """R-INT-04: without advisor and duty the first of customer service collects."""
        self.env["aftersales.duty"].search([]).unlink()
        with freeze_time("2026-03-11 02:00:00"):
            self.company.resource_calendar_id.tz = "Asia/Shanghai"
            ticket = self._ticket(
                channel="web", advisor_id=False, reported_at=fields.Datetime.now()
            )
            ticket.env["aftersales.ticket"].with_user(
                SUPERUSER_ID
            )._cron_remind_collection()
        user = ticket.activity_ids.user_id
        self.assertTrue(user.has_group("aftersales.group_aftersales_advisor"))
        self.assertNotEqual(user.id, SUPERUSER_ID)

    def test_a_walk_in_has_an_outcome(self):
        """R-INT-14: nobody at the counter is handed on without saying what becomes."""
        ticket = self._ticket(channel="walk_in")
        for triage in (False, "answered", "leave"):
            ticket.triage = triage
            with self.assertRaisesRegex(UserError, "reception outcome"):
                ticket.action_assign()
        ticket.triage = "appointment"
        with self.assertRaisesRegex(UserError, "time of the appointment"):
            ticket.action_assign()
        self.assertEqual(ticket.state, "new")
        ticket.planned_at = fields.Datetime.now() + timedelta(days=1)
        ticket.action_assign()
        for triage in ("diagnosis", "quotation", "repair_now"):
            with self.subTest(triage=triage):
                ticket = self._ticket(channel="walk_in", triage=triage)
                ticket.action_assign()
                self.assertEqual(ticket.state, "assigned")

    def test_a_walk_in_answered_or_gone(self):
        answered = self._ticket(channel="walk_in", outcome="guided", correction="Told")
        answered.action_resolve_by_phone()
        self.assertEqual(answered.triage, "answered")
        gone = self._ticket(channel="walk_in")
        gone.action_cancel("No time today")
        self.assertEqual(gone.triage, "leave")
        phone = self._ticket()
        phone.action_cancel("Called twice")
        self.assertFalse(phone.triage)

    def test_form_of_a_walk_in(self):
        with Form(self.env["aftersales.ticket"].with_user(self.user_advisor)) as form:
            form.channel = "walk_in"
            form.vehicle_id = self.vehicle
            form.complaint = "Brakes squeal"
            form.triage = "appointment"
            with self.assertRaisesRegex(AssertionError, "planned_at"):
                form.save()
            form.planned_at = fields.Datetime.now() + timedelta(days=1)
        self.assertEqual(form.record.triage, "appointment")

    def test_rate_of_reports_solved_by_phone(self):
        """R-INT-10: of four that ended two by phone, one no fault: 50 %, 25 %."""
        model = self.env["fleet.vehicle.model"].create(
            {"name": "Counted", "brand_id": self.vehicle_model.brand_id.id}
        )
        self.vehicle.model_id = model
        for outcome in ("guided", "misoperation"):
            ticket = self._ticket(outcome=outcome, correction="Told")
            ticket.action_resolve_by_phone()
        self._ticket(outcome="repaired")._set_state("delivered")
        self._ticket()._set_state("delivered")
        # Neither open reports nor those at the counter count.
        self._ticket()
        walk_in = self._ticket(channel="walk_in", outcome="guided", correction="Told")
        walk_in.action_resolve_by_phone()
        self.env.flush_all()
        report = self.env["aftersales.intake.report"].with_user(self.user_quality)
        [row] = report._read_group(
            [("model_id", "=", model.id)],
            [],
            [
                "remote_count:sum",
                "phone_count:sum",
                "phone_ratio:avg",
                "no_fault_count:sum",
                "no_fault_ratio:avg",
                "walk_in_count:sum",
            ],
        )
        self.assertEqual(row, (4, 2, 50.0, 1, 25.0, 1))
        with self.assertRaises(AccessError):
            report.with_user(self.user_technician).search([])

    def test_solution_is_sent_at_once(self):
        """R-INT-11: from the ticket, the remedy goes to who uses the vehicle."""
        solution = self.env["aftersales.solution"].create(
            {"name": "Does not charge", "correction": "<p>Preheat it first</p>"}
        )
        ticket = self._ticket(contact_id=self.driver.id)
        context = ticket.action_solutions()["context"]
        solution = solution.with_user(self.user_advisor)
        with self.assertRaisesRegex(UserError, "open it from the ticket"):
            solution.action_send()
        action = solution.with_context(**context).action_send()
        wizard = (
            self.env["mail.compose.message"]
            .with_user(self.user_advisor)
            .with_context(**action["context"])
            .create({})
        )
        wizard.action_send_mail()
        message = ticket.message_ids[0]
        self.assertIn("Preheat it first", message.body)
        self.assertIn(self.driver, message.partner_ids)

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

    def test_technician_without_a_phone_is_announced(self):
        self.assertFalse(self._ticket().technician_unreachable)
        self.user_technician.phone = False
        self.assertTrue(self._ticket().technician_unreachable)

    def test_calendar_of_visits(self):
        """R-INT-13: what is agreed with customers, each technician's own."""
        at = fields.Datetime.now() + timedelta(days=1)
        agreed = self._ticket(service_mode="onsite", planned_at=at)
        other = self._ticket(
            service_mode="onsite", planned_at=at, technician_id=self.technician_2.id
        )
        without = self._ticket(service_mode="onsite")
        over = self._ticket(service_mode="onsite", planned_at=at)
        over.action_cancel("Sold")
        action = self.env.ref("aftersales.ticket_action_visits")
        tickets = agreed | other | without | over
        domain = safe_eval(action.domain)
        for user, expected in (
            (self.user_dispatcher, agreed | other),
            (self.user_technician, agreed),
        ):
            found = self.env["aftersales.ticket"].with_user(user).search(domain)
            self.assertEqual(found & tickets, expected, user.login)
        self.assertEqual(action.view_mode.split(",")[0], "calendar")
        view = action.view_ids.filtered(lambda row: row.view_mode == "calendar").view_id
        calendar = etree.fromstring(
            agreed.with_user(self.user_dispatcher).get_view(view.id, "calendar")["arch"]
        )
        self.assertEqual(calendar.get("date_start"), "planned_at")
        shown = {node.get("name") for node in calendar.iter("field")}
        self.assertLessEqual(
            {"partner_id", "vehicle_id", "technician_id", "visit_confirmed_by"}, shown
        )
        menu = self.env.ref("aftersales.menu_aftersales_ticket_visits")
        for role, visible in (("dispatcher", True), ("finance", False)):
            menus = self.env["ir.ui.menu"].with_user(self.users[role])
            self.assertEqual(menu.id in menus._visible_menu_ids(), visible, role)

    def test_service_reports_not_back(self):
        """R-INT-13: delivered, and the technician's half of the record is missing."""
        missing, back, running = self._ticket(), self._ticket(), self._ticket()
        (missing | back).sudo()._set_state("delivered")
        self._as("technician", back).action_report_back()
        arch = etree.fromstring(missing.get_view(view_type="search")["arch"])
        (node,) = arch.xpath("//filter[@name='to_report_back']")
        found = missing.search(safe_eval(node.get("domain")))
        self.assertEqual(found & (missing | back | running), missing)
