from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

EQUIPMENT = (
    # name, kind of the bay it stands in, days between care
    ("Two-post lift 5 t", "lift", 7),
    ("Diagnosis tester", "diagnosis", 1),
    ("High-voltage measuring set", None, 1),
)


class AftersalesDemo(models.AbstractModel):
    """The dispatcher's day: checks, rounds, equipment, meeting and report."""

    _inherit = "aftersales.demo"

    @api.model
    def _fill_shop(self):
        """Play some days of the dispatcher. Called once, by the demo data."""
        company = self.env.ref("base.main_company")
        dispatcher = self._user("dispatcher")
        now = fields.Datetime.now()
        Shift = self.env["aftersales.shift"]
        for days in (3, 2, 1, 0):
            for shift in Shift._open_day(company, now - timedelta(days=days)):
                shift.dispatcher_id = dispatcher
                if days:
                    self._play_shift(shift, dispatcher, missing=days == 2)
        self._check_today(Shift.search([("state", "=", "open")]), dispatcher)
        self._fill_equipment(company, dispatcher)
        self._fill_meeting(dispatcher, now)
        report = (
            self.env["aftersales.dispatch.report"]
            .with_user(dispatcher)
            .create(
                {
                    "date_from": fields.Date.today() - timedelta(days=6),
                    "date_to": fields.Date.today(),
                    "progress": self.env._("Everything was given out by nine o'clock."),
                    "problems": self.env._("Motors came two days late."),
                    "lessons": self.env._("Motors are ordered with the appointment."),
                }
            )
        )
        report.action_done()

    def _play_shift(self, shift, dispatcher, missing):
        """Enter the rounds of a shift that is over, and close it."""
        # sudo: the demo's past: rounds are walked in person, now
        Patrol = self.env["aftersales.patrol"].sudo()
        begin = shift.date_start
        step = (shift.date_stop - begin) / max(1, shift.rounds_wanted)
        count = max(0, shift.rounds_wanted - int(missing))
        rounds = Patrol.create(
            [
                {
                    "shift_id": shift.id,
                    "user_id": dispatcher.id,
                    "date_start": begin + number * step,
                    "date_stop": begin
                    + number * step
                    + timedelta(minutes=shift.minutes_wanted + 2),
                }
                for number in range(count)
            ]
        )
        for sheet in shift.readiness_ids.with_user(dispatcher):
            sheet.action_rest_ok()
            sheet.action_done()
        finding = (
            self.env["aftersales.finding"]
            .with_user(dispatcher)
            .create(
                {
                    "name": self.env._("Oil on the floor beside the lift"),
                    "area": "order",
                    "patrol_id": rounds[:1].id,
                    "shift_id": shift.id,
                    "user_id": dispatcher.id,
                    "measure": self.env._("Wiped up, tray put under it"),
                }
            )
        )
        finding.action_handled()
        if shift.rounds_missing:
            shift.close_reason = self.env._("Alone at the counter in the morning")
        shift.with_user(dispatcher).action_close()

    def _check_today(self, shifts, dispatcher):
        """Answer this morning's readiness; the site is still to be looked at."""
        for sheet in shifts.readiness_ids.with_user(dispatcher):
            if sheet.kind != "readiness" or sheet.state == "done":
                continue
            line = sheet.line_ids.filtered(lambda line: line.area == "parts")[:1]
            line.write(
                {"result": "problem", "note": self.env._("A drive motor is late")}
            )
            sheet.action_rest_ok()
            sheet.action_done()

    def _fill_equipment(self, company, dispatcher):
        bays = self.env["aftersales.bay"].search([("company_id", "=", company.id)])
        equipment = (
            self.env["aftersales.equipment"]
            .with_user(dispatcher)
            .create(
                [
                    {
                        "name": name,
                        "company_id": company.id,
                        "bay_id": bays.filtered(
                            lambda bay, kind=kind: bay.kind == kind
                        )[:1].id,
                        "user_id": dispatcher.id,
                        "care_days": days,
                        "rules": self.env._("Only by those who were shown how."),
                    }
                    for name, kind, days in EQUIPMENT
                ]
            )
        )
        equipment[:2].action_care()

    def _fill_meeting(self, dispatcher, now):
        team = self.env.ref("aftersales.demo_team_workshop")
        meeting = (
            self.env["aftersales.meeting"]
            .with_user(dispatcher)
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": self.env._("Dispatch of the week"),
                    "date_start": now - timedelta(days=1),
                    "team_ids": [Command.set(team.ids)],
                    "agenda": self.env._("Parts that come late; lift 2"),
                }
            )
        )
        meeting.action_invite()
        meeting.write(
            {
                "minutes": self.env._("The lift is serviced on Friday."),
                "problems": self.env._("Motors came two days late."),
                "praise": self.env._("Four vehicles were ready before their time."),
            }
        )
        meeting.action_publish()
