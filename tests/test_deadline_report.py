from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .deadline_common import MONDAY_9, DeadlineCommon


@tagged("post_install", "-at_install")
class TestDeadlineReport(DeadlineCommon):
    """Who sees which deadlines, and how many were kept."""

    def test_report(self):
        """In time, % = met / (met + late + overdue), by step, person and month."""
        moment = datetime(2025, 3, 3, 1)
        tickets = [self._at(moment) for __ in range(4)]
        tickets[0]._deadline_reach("responded", moment + timedelta(minutes=30))
        tickets[1]._deadline_reach("responded", moment + timedelta(minutes=29))
        tickets[2]._deadline_reach("responded", moment + timedelta(hours=2.5))
        self.env.flush_all()
        Report = self.env["aftersales.deadline.report"]
        domain = [("ticket_id", "in", [t.id for t in tickets])]
        with freeze_time(moment + timedelta(minutes=20)):
            # Only what is decided or overdue counts
            self.assertEqual(Report.search_count(domain), 3)
        with freeze_time(moment + timedelta(hours=3)):
            groups = Report._read_group(
                domain,
                ["milestone", "user_id", "due:month"],
                ["met:sum", "late:sum", "overdue:sum", "compliance:avg"],
            )
            self.assertEqual(
                groups,
                [
                    (
                        "responded",
                        self.user_advisor,
                        datetime(2025, 3, 1),
                        2,
                        1,
                        1,
                        50.0,
                    )
                ],
            )
            late = Report.search([*domain, ("late", "=", 1)])
            self.assertEqual(late.hours_late, 2)

    def test_rights(self):
        """Everybody reads, nobody writes deadlines; the manager sets policies."""
        ticket = self._at(MONDAY_9)
        row = self._row(ticket, "assigned")
        for role in self.users:
            deadline = self._as(role, row)
            self.assertTrue(deadline.name)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(deadline.has_access(operation), (role, operation))
            allowed = role == "manager"
            for record in (self.field_policy, self.field_policy.deadline_line_ids[0]):
                record = self._as(role, record)
                self.assertTrue(record.has_access("read"))
                self.assertEqual(record.has_access("write"), allowed, role)
                self.assertEqual(record.has_access("create"), allowed, role)
        # A technician sees the deadlines of what he works on
        self.env.flush_all()
        stranger = row.with_user(self.technician_2)
        with self.assertRaises(AccessError):
            stranger.read(["state"])
        ticket.technician_ids = self.technician_2
        self.assertTrue(stranger.read(["state"]))

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "Other Service"})
        advisor = self.user_advisor.copy({"login": "their_advisor"})
        advisor.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        row = self._row(self._at(MONDAY_9), "assigned")
        ours = self._policy(name="Ours")
        self.env.flush_all()
        with self.assertRaises(AccessError):
            row.with_user(advisor).read(["state"])
        with self.assertRaises(AccessError):
            ours.with_user(advisor).read(["name"])
        self.assertTrue(self.field_policy.with_user(advisor).name)
        report = self.env["aftersales.deadline.report"].with_user(advisor)
        self.assertFalse(report.search([("ticket_id", "=", row.ticket_id.id)]))

    def test_views(self):
        """Every view of this part can be opened by those who see it."""
        for model, view_type in (
            ("aftersales.policy", "form"),
            ("aftersales.policy", "list"),
            ("aftersales.deadline", "list"),
            ("aftersales.deadline", "search"),
            ("aftersales.deadline.report", "pivot"),
            ("aftersales.deadline.report", "graph"),
            ("aftersales.deadline.report", "list"),
            ("aftersales.duty", "calendar"),
            ("aftersales.duty", "form"),
        ):
            Model = self.env[model].with_user(self.user_technician)
            self.assertIn("arch", Model.get_view(view_type=view_type))
        ticket = self._at(MONDAY_9)
        action = self._row(ticket, "assigned").action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("aftersales.ticket", ticket.id)
        )
