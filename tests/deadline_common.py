from datetime import datetime

from freezegun import freeze_time

from .common import AftersalesCommon

# Monday 2025-03-10, 9 o'clock in Shanghai, as the database holds it
MONDAY_9 = datetime(2025, 3, 10, 1)


class DeadlineCommon(AftersalesCommon):
    """A company in Shanghai, 8-12 and 13-17 from Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Shanghai",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": f"{day} {hour_from}",
                            "dayofweek": str(day),
                            "hour_from": hour_from,
                            "hour_to": hour_to,
                            "day_period": period,
                        },
                    )
                    for day in range(5)
                    for hour_from, hour_to, period in (
                        (8, 12, "morning"),
                        (13, 17, "afternoon"),
                    )
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.field_policy = cls.env.ref("aftersales.policy_field")
        cls.shop_policy = cls.env.ref("aftersales.policy_workshop")
        cls.team = cls.env["aftersales.team"].create(
            {
                "name": "Field team",
                "leader_id": cls.user_manager.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _at(cls, moment, **vals):
        """Return a ticket on site, reported at ``moment``."""
        with freeze_time(moment):
            ticket = cls._ticket(
                service_mode="onsite",
                reported_at=moment,
                **{"team_id": cls.team.id, **vals},
            )
        return ticket.sudo()

    def _row(self, ticket, milestone):
        row = ticket.deadline_ids.filtered(lambda row: row.milestone == milestone)
        self.assertEqual(len(row), 1, milestone)
        return row

    def _policy(self, *rows, **vals):
        """Return a policy of the company with ``rows``, in their order."""
        return self.env["aftersales.policy"].create(
            {
                "name": "Of our own",
                "company_id": self.company.id,
                "deadline_line_ids": [
                    (0, 0, {"sequence": number, **row})
                    for number, row in enumerate(rows)
                ],
                **vals,
            }
        )

    def _activities(self, ticket):
        return self.env["mail.activity"].search(
            [("aftersales_deadline_id", "in", ticket.deadline_ids.ids)]
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_escalate_deadlines").method_direct_trigger()
        self.env.invalidate_all()
