from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .followup_common import FollowupCommon

NOW = datetime(2026, 3, 2, 8, 30)


@tagged("post_install", "-at_install")
class TestFollowupPlan(FollowupCommon):
    """Which follow-ups a ticket gets, and when."""

    def _window(self, followup):
        return followup.window_start - NOW, followup.window_end - NOW

    @freeze_time(NOW)
    def test_workshop_three_to_seven_days_after_delivery(self):
        followup = self._followup()
        self.assertEqual(followup.rule_id, self.rule_workshop)
        self.assertEqual(self._window(followup), (timedelta(days=3), timedelta(days=7)))
        self.assertEqual(followup.state, "planned")
        self.assertEqual(followup.partner_id, self.customer)
        self.assertEqual(followup.vehicle_id, self.vehicle)
        self.assertEqual(followup.clerk_id, self.user_advisor)
        self.assertEqual(followup.user_id, self.user_advisor)

    @freeze_time(NOW)
    def test_field_service_within_24_hours_of_the_work(self):
        ticket = self._ticket(service_mode="onsite")
        ticket.sudo().finished_at = NOW - timedelta(hours=2)
        ticket._set_state("ready")
        followup = ticket.followup_ids
        self.assertEqual(followup.rule_id, self.rule_onsite)
        self.assertEqual(
            self._window(followup), (timedelta(hours=-2), timedelta(hours=22))
        )
        ticket._set_state("delivered")
        self.assertEqual(ticket.followup_ids, followup, "one first call is enough")

    @freeze_time(NOW)
    def test_consultation_by_phone(self):
        followup = self._followup(service_mode="remote")
        self.assertEqual(followup.rule_id, self.rule_consulted)
        self.assertEqual(self._window(followup), (timedelta(days=3), timedelta(days=7)))

    @freeze_time(NOW)
    def test_truck_station_profile(self):
        ticket = self._ticket()
        ticket.sudo().policy_id = self.env.ref("aftersales.policy_truck")
        ticket._set_state("delivered")
        self.assertEqual(
            self._window(ticket.followup_ids), (timedelta(), timedelta(days=7))
        )

    @freeze_time(NOW)
    def test_reception_profile(self):
        self.rule_workshop.active = False
        self.env.ref("aftersales.followup_rule_reception").active = True
        self.assertEqual(
            self._window(self._followup()), (timedelta(days=2), timedelta(days=7))
        )

    def _deadline(self, ticket):
        return ticket.deadline_ids.filtered(lambda row: row.milestone == "followed_up")

    @freeze_time(NOW)
    def test_deadline_of_the_ticket_ends_with_the_window(self):
        for mode in ("workshop", "parts", "remote"):
            with self.subTest(mode=mode):
                followup = self._followup(service_mode=mode)
                deadline = self._deadline(followup.ticket_id)
                self.assertEqual(deadline.state, "running")
                self.assertEqual(deadline.due, followup.window_end)
                self.assertEqual(deadline.user_id, self.user_advisor)
                self.assertFalse(deadline.alert_at, "the follow-up reminds, not both")

    @freeze_time(NOW)
    def test_nobody_is_called_about_a_cancelled_ticket(self):
        ticket = self._ticket(service_mode="onsite")
        ticket.sudo().finished_at = NOW
        ticket._set_state("ready")
        self.assertEqual(ticket.followup_ids.state, "planned")
        ticket._set_state("cancelled")
        self.assertEqual(ticket.followup_ids.state, "skipped")
        self.assertIn("cancelled", ticket.followup_ids.skip_reason)

    @freeze_time(NOW)
    def test_policy_goes_before_mode_and_general(self):
        ticket = self._ticket()
        general = self.rule_workshop.copy({"service_mode": False, "name": "General"})
        by_policy = self.rule_workshop.copy(
            {
                "service_mode": False,
                "policy_id": ticket.policy_id.id,
                "name": "Policy",
                "earliest": 1,
                "latest": 2,
            }
        )
        ticket._set_state("delivered")
        self.assertEqual(ticket.followup_ids.rule_id, by_policy)
        by_policy.active = False
        self.assertEqual(self._followup().rule_id, self.rule_workshop)
        self.rule_workshop.active = False
        self.assertEqual(self._followup().rule_id, general)

    @freeze_time(NOW)
    def test_two_rules_of_one_rank_make_two_followups(self):
        letter = self.rule_workshop.copy({"name": "Letter", "kind": "letter"})
        rules = self._delivered().followup_ids.rule_id
        self.assertEqual(rules, self.rule_workshop | letter)

    @freeze_time(NOW)
    def test_own_company_replaces_shared_rule(self):
        own = self.rule_workshop.copy(
            {"name": "Ours", "company_id": self.company.id, "latest": 4}
        )
        self.assertEqual(self._followup().rule_id, own)

    @freeze_time(NOW)
    def test_planning_again_plans_nothing(self):
        ticket = self._delivered()
        again = self.env["aftersales.followup.rule"]._plan("delivered", ticket)
        self.assertFalse(again)
        self.assertEqual(len(ticket.followup_ids), 1)

    def test_database_refuses_the_same_followup_twice(self):
        followup = self._followup()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            followup.sudo().copy({"rule_id": followup.rule_id.id})
            self.env.flush_all()

    def test_customers_designated_person_goes_first(self):
        self.customer.aftersales_designated_user_id = self.user_quality
        self.assertEqual(self._followup().user_id, self.user_quality)

    def test_rule_can_name_advisor_or_person(self):
        self.company.aftersales_followup_user_id = self.user_quality
        self.rule_workshop.assign_to = "advisor"
        self.assertEqual(self._followup().user_id, self.user_advisor)
        self.rule_workshop.write(
            {"assign_to": "user", "user_id": self.user_dispatcher.id}
        )
        self.assertEqual(self._followup().user_id, self.user_dispatcher)

    def test_window_must_be_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.rule_workshop.latest = 3
            self.env.flush_all()

    def test_chain_needs_its_predecessor(self):
        with self.assertRaises(ValidationError):
            self.rule_workshop.event = "followup_done"
        with self.assertRaises(ValidationError):
            self.rule_second.previous_rule_ids = False

    def test_chain_may_not_bite_its_tail(self):
        third = self.rule_second.copy(
            {"name": "Third", "previous_rule_ids": self.rule_second.ids}
        )
        with self.assertRaises(ValidationError):
            self.rule_second.previous_rule_ids = third

    def test_batch_plan_costs_the_same_for_many(self):
        def plan(count):
            tickets = self.env["aftersales.ticket"].concat(
                *(self._ticket() for __ in range(count))
            )
            tickets.delivered_at = NOW
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["aftersales.followup.rule"]._plan("delivered", tickets)
            self.env.flush_all()
            self.assertEqual(len(tickets.followup_ids), count)
            return self.env.cr.sql_log_count - start

        plan(2)
        few, many = plan(2), plan(30)
        self.assertLessEqual(many, few + 3)


@tagged("post_install", "-at_install")
class TestFollowupContact(FollowupCommon):
    """The contact itself, what it needs and what follows from it."""

    def _said(self, followup, **vals):
        followup.write(
            {"satisfied": "satisfied", "opinion": "Quick and friendly", **vals}
        )
        return followup

    @freeze_time(NOW)
    def test_done_reaches_everything(self):
        followup = self._said(self._followup(), usage_note="300 km a day", score=90)
        followup.action_done()
        self.assertEqual(followup.state, "done")
        self.assertTrue(followup.reached)
        self.assertEqual(followup.done_by_id, self.user_advisor)
        self.assertEqual(followup.done_at, NOW)
        call = followup.call_ids
        self.assertEqual(call.outbound_type, "followup")
        self.assertEqual(call.ticket_id, followup.ticket_id)
        self.assertIn("300 km a day", call.summary)
        self.assertIn("Satisfied", followup.ticket_id.message_ids[0].body)
        deadline = followup.ticket_id.deadline_ids.filtered(
            lambda row: row.milestone == "followed_up"
        )
        self.assertEqual(deadline.state, "met")
        self.assertEqual(deadline.reached, NOW)

    def test_second_call_seven_to_fourteen_days_after_the_first(self):
        with freeze_time(NOW):
            first = self._said(self._followup())
        done_at = NOW + timedelta(days=5)
        with freeze_time(done_at):
            first.action_done()
        second = first.ticket_id.followup_ids - first
        self.assertEqual(second.rule_id, self.rule_second)
        self.assertEqual(second.window_start, done_at + timedelta(days=7))
        self.assertEqual(second.window_end, done_at + timedelta(days=14))

    def test_second_call_shows_what_the_first_was_about(self):
        first = self._said(self._followup(), requests="A <b>bigger</b> mirror")
        first.action_done()
        second = first.ticket_id.followup_ids - first
        self.assertIn("Quick and friendly", second.previous_html)
        self.assertIn("bigger", second.previous_html)
        self.assertNotIn("<b>bigger", second.previous_html, "text is not markup")
        self.assertFalse(first.previous_html)
        self._said(second, opinion="Still fine").action_done()
        self.assertFalse(second.ticket_id.followup_ids - first - second)

    def test_refused_without_satisfaction(self):
        followup = self._followup()
        followup.opinion = "Fine"
        with self.assertRaisesRegex(UserError, "satisfied"):
            followup.action_done()
        self.assertEqual(followup.state, "planned")

    def test_refused_without_a_word(self):
        followup = self._followup()
        followup.satisfied = "satisfied"
        with self.assertRaisesRegex(UserError, "what the customer said"):
            followup.action_done()

    def test_dissatisfied_needs_the_complaint(self):
        followup = self._said(self._followup(), satisfied="dissatisfied")
        with self.assertRaisesRegex(UserError, "complaint"):
            followup.action_done()

    def test_done_is_done_once_and_stands(self):
        followup = self._said(self._followup())
        followup.action_done()
        with self.assertRaises(UserError):
            followup.action_done()
        with self.assertRaises(UserError):
            followup.opinion = "Terrible"
        with self.assertRaises(UserError):
            followup.action_skip("late")

    def test_attempts_are_counted_and_registered(self):
        followup = self._followup()
        followup.action_call_attempt()
        followup.action_call_attempt()
        self.assertEqual(followup.attempts, 2)
        self.assertEqual(followup.state, "planned")
        self.assertEqual(followup.call_ids.mapped("reached"), [False, False])

    def test_skip_needs_a_reason(self):
        followup = self._followup()
        with self.assertRaises(UserError):
            followup.action_skip(" ")
        action = followup.action_open_skip()
        self.env[action["res_model"]].with_user(self.user_advisor).with_context(
            **action["context"]
        ).create({"reason": "Asked not to be called"}).action_confirm()
        self.assertEqual(followup.state, "skipped")
        self.assertEqual(followup.skip_reason, "Asked not to be called")
        self.assertEqual(len(followup.ticket_id.followup_ids), 1)
        deadline = followup.ticket_id.deadline_ids.filtered(
            lambda row: row.milestone == "followed_up"
        )
        self.assertEqual(deadline.state, "cancelled", "nobody is to be reminded")

    def test_letter_is_not_a_call(self):
        self.rule_workshop.kind = "letter"
        followup = self._said(self._followup())
        followup.action_done()
        self.assertFalse(followup.call_ids)

    def test_nothing_of_the_engine_is_written_by_hand(self):
        followup = self._followup()
        for vals in (
            {"state": "done"},
            {"window_end": NOW},
            {"done_at": NOW},
            {"issue_state": "told"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                followup.write(vals)
        with self.assertRaises(AccessError):
            self.env["aftersales.followup"].with_user(self.user_advisor).create(
                {
                    "ticket_id": followup.ticket_id.id,
                    "window_end": NOW,
                    "window_start": NOW - timedelta(days=1),
                    "state": "done",
                }
            )

    def test_score_range(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._followup().score = 101
            self.env.flush_all()

    def test_ratio_counts_done_among_due(self):
        done = self._said(self._followup())
        done.action_done()
        followups = done | self._followups(
            1, window_end=NOW, window_start=NOW - timedelta(days=1)
        )
        self.env.flush_all()
        [(due, done, ratio)] = self.env["aftersales.followup.report"]._read_group(
            [("id", "in", followups.ids)],
            [],
            ["due_count:sum", "done_count:sum", "done_ratio:avg"],
        )
        self.assertEqual((due, done, ratio), (2, 1, 50.0))


@tagged("post_install", "-at_install")
class TestFollowupIssue(FollowupCommon):
    """Points that came up: two days, the supervisor, the day of the solution."""

    def _complaint(self):
        followup = self._followup()
        followup.write(
            {"satisfied": "dissatisfied", "complaint_text": "It howls again"}
        )
        followup.action_done()
        return followup

    @freeze_time(NOW)
    def test_a_complaint_is_an_open_point_for_two_days(self):
        followup = self._complaint()
        self.assertEqual(followup.issue_state, "solving")
        [request] = followup.request_ids
        self.assertEqual((request.kind, request.name), ("complaint", "It howls again"))
        self.assertEqual(request.due, NOW + timedelta(days=2))
        self.assertEqual(request.user_id, self.user_advisor)

    @freeze_time(NOW)
    def test_the_days_are_a_setting(self):
        self.company.aftersales_followup_issue_days = 1
        self.assertEqual(self._complaint().request_ids.due, NOW + timedelta(days=1))

    def test_answered_at_once_needs_nobody(self):
        followup = self._followup()
        followup.write(
            {
                "satisfied": "satisfied",
                "request_ids": [
                    Command.create(
                        {
                            "name": "When is the next service?",
                            "state": "answered",
                            "solution": "In May",
                        }
                    )
                ],
            }
        )
        followup.action_done()
        self.assertEqual(followup.issue_state, "answered")
        self.assertEqual(followup.requests, "When is the next service?")
        self.assertEqual(followup.solution, "In May")
        self.assertFalse(followup.request_ids.due)

    def test_a_complaint_entered_as_request_is_the_complaint(self):
        followup = self._followup()
        followup.write(
            {
                "satisfied": "dissatisfied",
                "request_ids": [
                    Command.create({"name": "It howls again", "kind": "complaint"})
                ],
            }
        )
        followup.action_done()
        self.assertEqual(followup.complaint_text, "It howls again")
        self.assertEqual(len(followup.request_ids), 1)
        self.assertFalse(followup.requests)

    def test_the_state_is_that_of_the_least_advanced(self):
        followup = self._followup()
        followup.write(
            {
                "satisfied": "dissatisfied",
                "complaint_text": "It howls again",
                "requests": "Wants a spare key",
            }
        )
        followup.action_done()
        complaint, wish = followup.request_ids
        complaint.solution = "New bearing"
        complaint.action_solve()
        complaint.action_told()
        self.assertEqual(followup.issue_state, "solving")
        wish.solution = "Ordered"
        wish.action_solve()
        self.assertEqual(followup.issue_state, "solved")
        wish.action_told()
        self.assertEqual(followup.issue_state, "told")

    def test_quality_writes_nothing_else(self):
        followup = self._complaint().with_user(self.user_quality)
        followup.request_ids.user_id = self.user_quality
        with self.assertRaises(AccessError):
            followup.clerk_id = self.user_quality
        fresh = self._followup().with_user(self.user_quality)
        with self.assertRaises(AccessError):
            fresh.opinion = "I know better"
        with self.assertRaises(AccessError):
            fresh.action_done()
