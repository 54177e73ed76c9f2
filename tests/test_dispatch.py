from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_workshop import MONDAY, WorkshopCommon


@tagged("post_install", "-at_install")
class TestDispatch(WorkshopCommon):
    """Several teams, bays that change, objections, documents (R-DISP-01, 05, 07)."""

    def setUp(self):
        super().setUp()
        self._freeze(MONDAY)

    def _finished(self):
        """Return a job that its technician has finished."""
        ticket = self._approved()
        job = self._job(ticket)
        self._as("technician", job).action_clock_on()
        self._as("technician", job).action_finish()
        return job

    def test_one_team_is_given_its_job(self):
        self.user_technician.aftersales_skill_ids = self.skill
        ticket = self._approved()
        self.assertFalse(ticket.needs_several_teams)
        self.assertEqual(self._job(ticket).team_id, self.team)
        self.assertEqual(self._job(ticket).dispatched_at, MONDAY)

    def test_several_teams_go_to_the_supervisor(self):
        other = self.env["aftersales.skill"].create({"name": "Paint"})
        self.user_technician.aftersales_skill_ids = self.skill
        self.labour_2.aftersales_skill_id = other
        ticket = self._approved(self.labour, self.labour_2)
        self.assertTrue(ticket.needs_several_teams)
        jobs = ticket.sudo().operation_ids
        self.assertFalse(jobs.team_id)
        self.assertFalse(jobs.technician_id)
        self.assertEqual(set(jobs.mapped("state")), {"waiting"})
        calls = ticket.sudo().activity_ids.filtered(
            lambda call: call.summary == "Several teams: give out the jobs"
        )
        self.assertEqual(calls.user_id, self.user_dispatcher)
        self.assertEqual(len(calls), 1)
        job = self._as("dispatcher", jobs[0])
        job.write({"team_id": self.team.id, "technician_id": self.technician_2.id})
        self.assertEqual(job.state, "assigned")
        self.assertEqual(job.dispatched_by_id, self.user_dispatcher)
        self.assertEqual(job.dispatched_at, MONDAY)

    def test_jobs_without_a_place_are_not_folded_away(self):
        """What nobody has yet is the first thing to see on the board (R-DISP-04)."""
        job = self._job(self._approved())
        self._as("dispatcher", job).technician_id = False
        board = self.env["aftersales.operation"].with_user(self.user_dispatcher)
        for groupby in ("bay_id", "technician_id"):
            groups = board.web_read_group(
                [("id", "=", job.id)],
                [groupby],
                auto_unfold=True,
                unfold_read_specification={"name": {}},
            )["groups"]
            [column] = [group for group in groups if not group[groupby]]
            self.assertEqual(
                [card["id"] for card in column["__records"]], job.ids, groupby
            )

    def test_bays_are_swapped(self):
        jobs = self._job(self._approved()) | self._job(self._approved())
        first, second = self._as("dispatcher", jobs)
        for job, bay in ((first, self.bay_1), (second, self.bay_2)):
            job.write({"bay_id": bay.id, "planned_start": MONDAY})
        (first | second).action_swap_bays()
        self.assertEqual((first.bay_id, second.bay_id), (self.bay_2, self.bay_1))
        with self.assert_refused(UserError, "two different bays"):
            first.action_swap_bays()
        with self.assertRaises(AccessError):
            self._as("technician", jobs).action_swap_bays()

    def test_a_third_vehicle_keeps_its_bay(self):
        jobs = self.env["aftersales.operation"]
        for start, bay in (
            (MONDAY, self.bay_1),
            (MONDAY + timedelta(hours=4), self.bay_2),
            (MONDAY, self.bay_2),
        ):
            job = self._as("dispatcher", self._job(self._approved()))
            job.write({"bay_id": bay.id, "planned_start": start})
            jobs |= job
        with self.assert_refused(UserError, "is taken by"), self.cr.savepoint():
            jobs[:2].action_swap_bays()

    def test_objection_after_the_work(self):
        job = self._job(self._approved())
        Objection = self.env["aftersales.objection"].with_user(self.user_technician)
        vals = {"operation_id": job.id, "name": "Lift 2 is too small for it"}
        with self.assert_refused(UserError, "carried out first"), self.cr.savepoint():
            Objection.create(vals)
        done = self._finished()
        done.sudo().dispatched_by_id = self.user_dispatcher
        objection = Objection.create(dict(vals, operation_id=done.id))
        self.assertEqual(objection.sudo().activity_ids.user_id, self.user_dispatcher)
        with self.assertRaises(AccessError):
            self._as("dispatcher", objection).action_escalate()
        self._as("technician", objection).action_escalate()
        self.assertEqual(objection.state, "manager")
        with self.assertRaises(AccessError):
            self._as("dispatcher", objection).action_answer()
        manager = self._as("manager", objection)
        with self.assert_refused(UserError, "write the answer"):
            manager.action_answer()
        manager.answer = "Lift 3 from now on"
        manager.action_answer()
        self.assertEqual(objection.state, "answered")
        with self.assert_refused(UserError, "by its buttons"):
            manager.write({"state": "open"})

    def test_documents_and_tools_on_the_job(self):
        """Manuals, special tools and papers are at hand (R-WORK-03)."""
        self.labour.aftersales_tools = "Insulated tools, tester"
        self.vehicle_model.aftersales_document_url = "https://example.com/e3"
        papers = self.env["ir.attachment"].create(
            [
                {
                    "name": "Wiring",
                    "res_model": "product.template",
                    "res_id": self.labour.product_tmpl_id.id,
                    "raw": b"x",
                },
                {
                    "name": "E3 manual",
                    "res_model": "fleet.vehicle.model",
                    "res_id": self.vehicle_model.id,
                    "raw": b"y",
                },
            ]
        )
        job = self._as("technician", self._job(self._approved()))
        self.assertEqual(job.document_ids.ids, papers.sorted(reverse=True).ids)
        self.assertEqual(job.tools_needed, "Insulated tools, tester")
        self.assertEqual(job.model_document_url, "https://example.com/e3")

    def test_protection_checklist(self):
        """Vehicle and people are protected before work (R-WORK-06)."""
        job = self._as("technician", self._job(self._approved()))
        action = job.action_protection()
        sheet = self.env["aftersales.inspection"].browse(action["res_id"])
        self.assertEqual(sheet.kind, "protection")
        self.assertTrue(sheet.line_ids.filtered("is_safety"))
        self.assertEqual(job.action_protection()["res_id"], sheet.id)


@tagged("post_install", "-at_install")
class TestShortage(WorkshopCommon):
    """Missing parts, and promises that they put in danger (R-DISP-08, R-BEY-13)."""

    def setUp(self):
        super().setUp()
        freezer = freeze_time(MONDAY, tick=False)
        self.frozen = freezer.start()
        self.addCleanup(freezer.stop)

    def _with_part(self, quantity):
        ticket = self._diagnosed(team_id=self.team.id)
        self._line(ticket, self.labour)
        line = self._line(ticket, self.motor, quantity=quantity)
        ticket.action_quote()
        for order in ticket.sudo().order_ids:
            order.write({"signed_by": "Mr Zhao"})
            order.action_confirm()
        if ticket.state == "quoted":
            ticket._approve("Mr Zhao", "phone")
        return ticket, line

    def test_shortage_list(self):
        ticket, line = self._with_part(19)
        other, second = self._with_part(3)
        lines = self._as("dispatcher", line | second)
        # 20 in stock: nineteen and one.
        self.assertEqual(lines.mapped("qty_short"), [0, 2])
        short = lines.search([("is_short", "=", True), ("id", "in", lines.ids)])
        self.assertEqual(short, second)
        short.action_press_parts()
        calls = other.sudo().activity_ids.filtered(
            lambda call: call.summary == "Parts are missing"
        )
        self.assertEqual(calls.user_id, self.user_parts_keeper)
        self.assertIn("2 × Drive motor", str(calls.note))
        self.assertFalse(
            ticket.sudo().activity_ids.filtered(
                lambda call: call.summary == "Parts are missing"
            )
        )
        with self.assertRaises(AccessError):
            self._as("technician", second).action_press_parts()

    def test_shortage_costs_a_constant_number_of_queries(self):
        costs = []
        lines = self.env["aftersales.ticket.line"]
        for __ in range(3):
            lines |= self._with_part(9)[1]
            self.env.flush_all()
            lines.mapped("qty_short")
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._as("dispatcher", lines).mapped("qty_short")
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[1:], costs[1:2] * 2)

    def test_danger_by_parts(self):
        ticket, line = self._with_part(21)
        ticket.promised_at = MONDAY + timedelta(days=2)
        self.assertEqual(ticket.promise_danger, "parts")
        self.assertTrue(ticket.promise_in_danger)
        self.assertFalse(ticket.promise_likely_at)
        self.env["stock.quant"]._update_available_quantity(
            self.motor, self.warehouse.lot_stock_id, 5
        )
        self.env.invalidate_all()
        self.assertFalse(line.qty_short)
        self.assertFalse(ticket.promise_in_danger)
        self.assertEqual(ticket.promise_likely_at, MONDAY + timedelta(hours=3))

    def test_danger_by_an_answer(self):
        ticket = self._diagnosed(team_id=self.team.id)
        self._line(ticket, self.labour)
        ticket.action_quote()
        ticket.promised_at = MONDAY + timedelta(hours=6)
        self.assertFalse(ticket.promise_danger)
        self.frozen.move_to(MONDAY + timedelta(hours=4))
        self.env.invalidate_all()
        # Three hours of work do not fit between 13:00 and 15:00.
        self.assertEqual(ticket.promise_danger, "answer")

    def test_danger_is_told_once_for_each_promise(self):
        ticket = self._approved()
        insists = {"promise_reason": "Customer insists"}
        ticket.write({"promised_at": MONDAY + timedelta(hours=2), **insists})
        cron = self.env.ref("aftersales.cron_warn_promises")

        def warned():
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            return ticket.sudo().activity_ids.filtered(
                lambda call: "in danger" in (call.summary or "")
            )

        self.assertEqual(warned().user_id, self.user_advisor)
        self.assertIn("Work that remains", warned().summary)
        self.assertEqual(len(warned()), 1)
        ticket.write({"promised_at": MONDAY + timedelta(minutes=150), **insists})
        self.assertEqual(len(warned()), 2)
