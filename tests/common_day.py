from collections import defaultdict
from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .common_billing import BillingCommon
from .common_parts import PartsCommon
from .common_workshop import MONDAY, WorkshopCommon
from .test_appointment import CHECKLIST

TUESDAY = datetime(2026, 3, 3)
TECHNICIANS = 10
# Four rounds of ten vehicles; those of two rounds have called before.
ROUNDS = (8, 10, 13, 15)
BY_APPOINTMENT = (*range(10), *range(20, 26))
PADS = 180.0
LABOUR = 60.0
HOSE = 20.0
VAT = 1.13


class DayCommon(WorkshopCommon, BillingCommon, PartsCommon):
    """A station of two teams, ten technicians and ten bays; forty customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technicians = cls.env["res.users"]
        for number in range(TECHNICIANS):
            cls.technicians |= new_test_user(
                cls.env,
                login=f"day_technician_{number}",
                phone=f"+86 555 02{number:02d}",
                groups="aftersales.group_aftersales_technician",
                company_id=cls.company.id,
            )
        half = TECHNICIANS // 2
        cls.team.member_ids = [Command.set(cls.technicians[:half].ids)]
        cls.team_2 = cls.team.copy(
            {
                "name": "Light workshop",
                "member_ids": [Command.set(cls.technicians[half:].ids)],
            }
        )
        cls.teams = cls.team | cls.team_2
        # Every hour may be given away: who comes first is served first.
        cls.teams.appointment_share = 100
        cls.bays = cls.env["aftersales.bay"].create(
            [
                {
                    "name": f"Bay {number}",
                    "kind": "general",
                    "company_id": cls.company.id,
                    "team_id": cls._team_of(number).id,
                }
                for number in range(TECHNICIANS)
            ]
        )
        cls.hose = cls._operation("Tighten hose", aftersales_standard_hours=0.25)
        cls.hose.list_price = HOSE
        cls.env["stock.quant"]._update_available_quantity(
            cls.brake_pads, cls.warehouse.lot_stock_id, 60
        )
        cls.partners = cls.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "phone": f"+86 555 1{number:03d}"}
                for number in range(40)
            ]
        )
        cls.vehicles = cls.env["aftersales.vehicle"].create(
            [
                {
                    "license_plate": f"苏B{number:05d}",
                    "serial_number": f"DAY-{number:02d}",
                    "model_id": cls.vehicle_model.id,
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "warranty_start_date": "2020-01-01",
                    "warranty_end_date": "2099-12-31",
                }
                for number, partner in enumerate(cls.partners)
            ]
        )

    @classmethod
    def _team_of(cls, number):
        return cls.teams[number % TECHNICIANS // (TECHNICIANS // 2)]

    def setUp(self):
        super().setUp()
        self.tickets = {}
        self.appointments = {}
        self._freeze(MONDAY)

    # -- Time --------------------------------------------------------------------------

    def _at(self, hour, minute=0, day=TUESDAY):
        """Let it be ``hour``, and let the scheduled actions look at what is due."""
        self._freeze(day + timedelta(hours=hour, minutes=minute))
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.cron_escalate_deadlines").method_direct_trigger()
        self._help_the_planner()
        self.env.invalidate_all()

    # -- The day before ----------------------------------------------------------------

    def _appoint(self, number, hour, **vals):
        """Write down the call of customer ``number``; not agreed yet."""
        partner = self.partners[number]
        return (
            self.env["aftersales.appointment"]
            .with_user(self.user_advisor)
            .create(
                {
                    "partner_id": partner.id,
                    "vehicle_id": self.vehicles[number].id,
                    "complaint": "Brakes squeal",
                    "planned_start": TUESDAY + timedelta(hours=hour),
                    "team_id": self._team_of(number).id,
                    "technician_id": self.technicians[number % TECHNICIANS].id,
                    "cost_told": True,
                    "agreed_by": partner.name,
                    "line_ids": [
                        Command.create({"product_id": product.id})
                        for product in (self.labour_2, self.brake_pads)
                    ],
                    **vals,
                }
            )
        )

    def _make_ready(self, appointment):
        appointment.with_user(self.user_dispatcher).action_tell_workshop()
        appointment.with_user(self.user_parts_keeper).action_shelve_parts()
        appointment.write(CHECKLIST)
        appointment.action_prepare()

    # -- The adviser -------------------------------------------------------------------

    def _arrive(self, number):
        """Return the ticket of customer ``number``, who stands in the hall."""
        technician = self.technicians[number % TECHNICIANS]
        if appointment := self.appointments.get(number):
            action = appointment.action_arrive()
            ticket = self.env["aftersales.ticket"].browse(action["res_id"])
            ticket = ticket.with_user(self.user_advisor)
        else:
            ticket = self._ticket(
                partner_id=self.partners[number].id,
                vehicle_id=self.vehicles[number].id,
                complaint="Brakes squeal",
                technician_id=technician.id,
                team_id=self._team_of(number).id,
                channel="walk_in",
                triage="repair_now",
            )
        self.tickets[number] = ticket
        ticket.action_assign()
        self._receive(ticket)
        technical = ticket.with_user(technician)
        technical.action_call_back()
        technical.write(
            {"cause": "Pads worn", "diagnosis_consent_by": self.partners[number].name}
        )
        technical.action_diagnose()
        if not ticket.line_ids:
            self._line(ticket, self.labour_2)
            self._line(ticket, self.brake_pads)
        return ticket

    def _agree(self, number):
        """Promise a time, lay the estimate before the customer, and have it signed."""
        ticket = self.tickets[number]
        if not ticket.promised_at or ticket.promise_is_short:
            ticket.action_propose_promised_at()
        ticket.action_quote()
        if number % 3:
            self._sign(self._order(ticket), self.partners[number].name)
        else:
            ticket._approve(self.partners[number].name, "phone")

    def _dispatch(self, number):
        """Plan the jobs of a ticket: the technician's next free time, his own bay."""
        jobs = self._as("dispatcher", self.tickets[number].sudo().operation_ids)
        open_jobs = jobs.filtered(lambda job: not job.planned_start)
        open_jobs.bay_id = self.bays[number % TECHNICIANS]
        open_jobs.action_plan_next()
        self._as("dispatcher", self.tickets[number]).action_take_over()

    # -- Parts -------------------------------------------------------------------------

    def _draw_parts(self, number, credit=False):
        """Pay in advance or vouch, ask for the parts, release and issue them."""
        ticket = self.tickets[number]
        technician = self.technicians[number % TECHNICIANS]
        if not credit:
            self._as("finance", ticket).action_invoice_deposit(80)
            self._pay(self._invoices(ticket))
        for slip in self._request(ticket, technician):
            self._release(slip)
            self._issue(slip)

    # -- The workshop ------------------------------------------------------------------

    def _job_of(self, number, product=None):
        job = self._job(self.tickets[number], product or self.labour_2)
        return job.with_user(self.technicians[number % TECHNICIANS])

    def _report_done(self, number):
        ticket = self.tickets[number]
        technical = ticket.with_user(self.technicians[number % TECHNICIANS])
        for job in technical.sudo().operation_ids:
            if job.state not in ("done", "cancelled"):
                job.with_user(technical.env.user).action_finish()
        technical.correction = "Pads replaced, brakes tested"
        self._finish_work(ticket)

    # -- What must hold ----------------------------------------------------------------

    def assert_never_oversold(self):
        """At no quarter of an hour more jobs than people, or two vehicles in a bay."""
        jobs = self.env["aftersales.operation"].search(
            [
                ("planned_start", "!=", False),
                ("state", "!=", "cancelled"),
                ("team_id", "in", self.teams.ids),
            ]
        )
        moment = TUESDAY + timedelta(hours=8)
        while moment < TUESDAY + timedelta(hours=18):
            now = jobs.filtered(
                lambda job, at=moment: job.planned_start <= at < job.planned_stop
            )
            for team in self.teams:
                mine = now.filtered(lambda job, team=team: job.team_id == team)
                self.assertLessEqual(len(mine), len(team.member_ids), moment)
            tickets = defaultdict(set)
            for job in now:
                tickets[job.bay_id].add(job.ticket_id)
            for bay, inside in tickets.items():
                self.assertLessEqual(len(inside), 1, (bay.name, moment))
            moment += timedelta(minutes=15)

    def assert_one_clock_each(self):
        """Nobody was on two clocks at a time."""
        logs = self.env["aftersales.timelog"].search(
            [("user_id", "in", self.technicians.ids)], order="user_id, date_start"
        )
        for before, after in zip(logs, logs[1:], strict=False):
            if before.user_id == after.user_id:
                self.assertLessEqual(before.date_stop, after.date_start)

    def assert_raised_once(self):
        """Each deadline exists once, and called one person once for each reason."""
        tickets = self.env["aftersales.ticket"].browse(
            [ticket.id for ticket in self.tickets.values()]
        )
        appointments = self.env["aftersales.appointment"].browse(
            [appointment.id for appointment in self.appointments.values()]
        )
        rows = tickets.deadline_ids | appointments.deadline_ids
        keys = [
            (row.ticket_id.id, row.appointment_id.id, row.milestone) for row in rows
        ]
        self.assertEqual(len(keys), len(set(keys)), "a deadline exists twice")
        calls = self.env["mail.activity"].with_context(active_test=False)
        for row, kind, count in calls._read_group(
            [("aftersales_deadline_id", "in", rows.ids)],
            ["aftersales_deadline_id", "aftersales_alert"],
            ["__count"],
        ):
            self.assertEqual(count, 1, (row.display_name, kind))
        return rows

    def _fill_form(self, record, action, **vals):
        """Fill in the form that ``action`` opens for the user of ``record``."""
        with Form.from_action(record.env, action) as form:
            for name, value in vals.items():
                form[name] = value
        return form.record
