from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ROLES
from .followup_common import FollowupCommon

SEES_FOLLOWUPS = {"advisor", "quality", "technician", "manager"}
SEES_CALLS = SEES_FOLLOWUPS | {"dispatcher"}


@tagged("post_install", "-at_install")
class TestFollowupAccess(FollowupCommon):
    """Who sees and does what, and nothing of another company."""

    def _sees(self, user, record):
        try:
            return bool(record.with_user(user).search([("id", "=", record.id)]))
        except AccessError:
            return False

    def test_roles_read(self):
        followup = self._followup()
        followup.action_call_attempt()
        call = followup.call_ids
        for role in ROLES:
            with self.subTest(role=role):
                self.assertEqual(
                    self._sees(self.users[role], followup), role in SEES_FOLLOWUPS
                )
                self.assertEqual(self._sees(self.users[role], call), role in SEES_CALLS)
        self.assertFalse(self._sees(self.technician_2, followup), "not his ticket")
        self.assertFalse(self._sees(self.technician_2, call))

    def test_roles_act(self):
        for role in ROLES:
            followup = self._followup()
            with self.subTest(role=role):
                acting = self._as(role, followup)
                if role in ("advisor", "manager"):
                    acting.write({"satisfied": "satisfied", "opinion": "Fine"})
                    acting.action_done()
                    self.assertEqual(followup.done_by_id, self.users[role])
                    continue
                for step in (
                    acting.action_done,
                    acting.action_call_attempt,
                    lambda acting=acting: acting.action_skip("No"),
                ):
                    with self.assertRaises(AccessError):
                        step()

    def test_only_the_manager_sets_rules(self):
        for role in ROLES:
            rule = self._as(role, self.rule_workshop)
            with self.subTest(role=role):
                if role == "manager":
                    rule.latest = 8
                else:
                    self.assertTrue(rule.name)
                    with self.assertRaises(AccessError):
                        rule.latest = 8

    def test_no_role_reads_another_company(self):
        company = self.env["res.company"].create({"name": "Other station"})
        other = self.env["aftersales.ticket"].create(
            {"company_id": company.id, "complaint": "x", "partner_id": False}
        )
        other.technician_id = self.user_technician
        start = datetime(2026, 3, 1)
        followup = self.env["aftersales.followup"].create(
            {
                "ticket_id": other.id,
                "company_id": company.id,
                "window_start": start,
                "window_end": start + timedelta(days=1),
            }
        )
        call = self.env["aftersales.call"].create(
            {
                "company_id": company.id,
                "direction": "in",
                "inbound_type": "other",
                "summary": "x",
                "user_id": self.user_technician.id,
            }
        )
        rule = self.rule_workshop.copy({"company_id": company.id})
        stand_in = self.env["aftersales.substitute"].create(
            {
                "company_id": company.id,
                "user_id": self.user_advisor.id,
                "substitute_id": self.user_quality.id,
                "date_from": "2000-01-01",
                "date_to": "2100-01-01",
            }
        )
        self.env.flush_all()
        report = self.env["aftersales.followup.report"].browse(followup.id)
        for role in ROLES:
            for record in (followup, call, rule, stand_in, report):
                with self.subTest(role=role, record=record):
                    self.assertFalse(self._sees(self.users[role], record))
        self.assertEqual(
            self._followup().user_id, self.user_advisor, "absent elsewhere, not here"
        )

    def test_clerk_of_another_company_is_passed_over(self):
        company = self.env["res.company"].create({"name": "Other station"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="aftersales.group_aftersales_advisor",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.customer.aftersales_designated_user_id = stranger
        self.assertEqual(self._followup().user_id, self.user_advisor)
