import base64

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import VINS, AftersalesCommon
from .report_common import ReportCommon

# One transparent pixel.
PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d4944415478da63fcffff3f030005fe02fea72d8c2e0000000049454e44ae426082"
    )
)


class InspectionCommon(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["aftersales.inspection.template"].create(
            {
                "name": "Brake check",
                "sequence": 1,
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create({"name": "Front pads", "is_safety": True}),
                    Command.create(
                        {"name": "Tyres", "asks_remaining_life": True, "sequence": 20}
                    ),
                    Command.create({"name": "Horn", "sequence": 30}),
                ],
            }
        )
        cls.ticket = cls._ticket()
        cls.ticket.action_assign()

    def _sheet(self, role="technician", ticket=None):
        """Return a new sheet as ``role``."""
        ticket = self._as(role, ticket or self.ticket)
        action = ticket.action_new_check_sheet()
        return ticket.env[action["res_model"]].browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestInspection(InspectionCommon):
    def test_from_ticket(self):
        """The button makes the sheet once, with the points of the template."""
        ticket = self._as("technician", self.ticket)
        action = ticket.action_check_sheet()
        sheet = ticket.inspection_ids
        self.assertEqual(action["res_id"], sheet.id)
        self.assertEqual(sheet.kind, "diagnosis")
        self.assertEqual(sheet.template_id, self.template)
        self.assertEqual(sheet.line_ids.mapped("name"), ["Front pads", "Tyres", "Horn"])
        self.assertEqual(sheet.open_count, 3)
        self.assertEqual(self._sheet(), sheet, "an open sheet is gone on with")
        self.assertEqual(ticket.inspection_count, 1)

    def test_bay_or_lift_of_the_check(self):
        """R-DIAG-11: where the vehicle stood is on the sheet, and stays there."""
        lift = self.env["aftersales.bay"].create(
            {"name": "Lift 7", "kind": "lift", "company_id": self.company.id}
        )
        sheet = self._sheet()
        sheet.bay_id = lift
        self.assertIn("bay_id", sheet.get_view(view_type="form")["arch"])
        html, __ = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales.report_inspection", sheet.ids
        )
        self.assertIn("Lift 7", html.decode())
        other = self.env["res.company"].create({"name": "Other Service"})
        theirs = lift.create({"name": "Lift 1", "company_id": other.id})
        with self.assertRaises(UserError):
            sheet.sudo().bay_id = theirs
        sheet.bay_id = lift
        sheet.action_rest_ok()
        sheet.action_done()
        with self.assertRaisesRegex(UserError, "stays"):
            sheet.bay_id = False

    def test_template_choice(self):
        """A template for the model wins over the company's, that one over a shared."""
        Template = self.env["aftersales.inspection.template"]
        shared = Template.create({"name": "Shared", "sequence": 0})
        find = Template._get_template
        self.assertEqual(
            find("diagnosis", self.company, self.vehicle_model), self.template
        )
        own = Template.create(
            {"name": "E3", "sequence": 99, "model_ids": self.vehicle_model.ids}
        )
        self.assertEqual(find("diagnosis", self.company, self.vehicle_model), own)
        Template.search([("id", "!=", shared.id)]).action_archive()
        self.assertEqual(find("diagnosis", self.company, self.vehicle_model), shared)
        shared.action_archive()
        with self.assertRaisesRegex(UserError, "no check sheet template"):
            self._sheet()

    def test_truck_template(self):
        """The shipped sheet is ready to use."""
        template = self.env.ref("aftersales.inspection_template_truck")
        self.assertGreaterEqual(template.point_count, 15)

    def test_done(self):
        """Every point is answered, every defect described, then nothing moves."""
        sheet = self._sheet()
        pads, tyres, horn = sheet.line_ids
        with self.assertRaisesRegex(UserError, "no result yet for Front pads"):
            sheet.action_done()
        pads.action_defect()
        tyres.write({"result": "attention", "remaining_life": 30})
        horn.action_not_checked()
        with self.assertRaisesRegex(UserError, "a photo: Front pads, Horn"):
            sheet.action_done()
        pads.photo = PNG
        horn.note = "No key"
        sheet.action_done()
        self.assertEqual(sheet.state, "done")
        self.assertEqual(sheet.done_by_id, self.user_technician)
        self.assertTrue(sheet.done_at)
        self.assertEqual((sheet.defect_count, sheet.attention_count), (1, 1))
        for change in (
            sheet.action_done,
            sheet.action_rest_ok,
            lambda: horn.action_ok(),
            lambda: sheet.write({"note": "x"}),
            lambda: horn.unlink(),
            lambda: horn.create({"inspection_id": sheet.id, "name": "More"}),
            lambda: sheet.with_user(self.user_manager).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "is done"):
                change()
        self.assertNotEqual(self._sheet(), sheet, "what is found now is a new sheet")

    def test_rest_ok(self):
        sheet = self._sheet()
        sheet.line_ids[1].action_attention()
        sheet.action_rest_ok()
        self.assertEqual(sheet.line_ids.mapped("result"), ["ok", "attention", "ok"])
        sheet.action_done()

    def test_remaining_life_range(self):
        sheet = self._sheet()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            sheet.line_ids[1].remaining_life = 101
            self.env.flush_all()

    def test_state_is_not_written(self):
        sheet = self._sheet()
        with self.assertRaisesRegex(UserError, "button Done"):
            sheet.state = "done"

    def test_propose_line(self):
        """A finding with a product becomes a proposed line, once."""
        sheet = self._sheet()
        pads = sheet.line_ids[0]
        pads.product_id = self.brake_pads
        with self.assertRaisesRegex(UserError, "nothing was found"):
            pads.action_propose()
        pads.write({"result": "defect", "note": "2 mm"})
        pads.action_propose()
        self.assertEqual(pads.ticket_line_id.product_id, self.brake_pads)
        self.assertEqual(pads.ticket_line_id.ticket_id, self.ticket)
        self.assertEqual(pads.ticket_line_id.approval, "proposed")
        with self.assertRaisesRegex(UserError, "proposed already"):
            pads.action_propose()

    def test_propose_recommendation(self):
        """Without a product the finding stays with the vehicle (R-VEH-09)."""
        sheet = self._sheet("inspector")
        pads = sheet.line_ids[0]
        pads.write({"result": "attention", "note": "4 mm left"})
        sheet.action_rest_ok()
        sheet.action_done()
        pads.action_propose()
        found = pads.recommendation_id
        self.assertEqual(found.vehicle_id, self.vehicle)
        self.assertEqual((found.name, found.note), ("Front pads", "4 mm left"))
        self.assertTrue(found.is_safety)
        self.assertFalse(self.ticket.line_ids)

    def test_propose_by_inspector(self):
        """An inspector has no rights on lines, but what he finds is proposed."""
        pads = self._sheet("inspector").line_ids[0]
        pads.write({"result": "defect", "product_id": self.brake_pads.id})
        pads.action_propose()
        self.assertEqual(self.ticket.line_ids.product_id, self.brake_pads)

    def test_propose_without_vehicle(self):
        ticket = self._ticket(vehicle_id=False, ticket_type="other")
        pads = self._sheet(ticket=ticket).line_ids[0]
        pads.result = "defect"
        with self.assertRaisesRegex(UserError, "without a vehicle"):
            pads.action_propose()

    def test_final_by_another(self):
        """Whoever repaired does not sign the final sheet (R-QC-02)."""
        self.ticket.sudo()._set_state("inspection")
        sheet = self._final_sheet(self.ticket)
        sheet.line_ids.result = "ok"
        with self.assertRaisesRegex(UserError, "whoever repaired"):
            self._as("technician", sheet).action_done()
        self._as("inspector", sheet).action_done()
        self.assertEqual(sheet.done_by_id, self.user_inspector)

    def test_closed_ticket(self):
        self.ticket.sudo().write({"state": "closed"})
        with self.assertRaises(UserError):
            self._sheet()

    def test_roles(self):
        """Technician, advisor and inspector write; the others look on."""
        sheet = self._sheet()
        for role, user in self.ticket_users.items():
            writes = role in ("technician", "advisor", "inspector", "manager")
            theirs = sheet.with_user(user)
            with self.subTest(role=role):
                self.assertTrue(theirs.has_access("read"))
                self.assertEqual(theirs.has_access("write"), writes)
                self.assertEqual(theirs.line_ids.has_access("write"), writes)
                self.assertEqual(
                    theirs.template_id.has_access("write"), role == "manager"
                )
                if not writes:
                    with self.assertRaises(AccessError):
                        theirs.action_done()
                    with self.assertRaises(AccessError):
                        theirs.line_ids.action_propose()

    def test_own_tickets(self):
        """A technician neither sees nor begins sheets of other people's tickets."""
        sheet = self._sheet()
        foreign = sheet.with_user(self.technician_2)
        self.assertFalse(foreign.has_access("read"))
        self.assertFalse(foreign.search([("id", "=", sheet.id)]))
        self.assertFalse(foreign.line_ids.search([("inspection_id", "=", sheet.id)]))
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.technician_2).action_new_check_sheet()

    def test_companies(self):
        """No sheet and no template is seen from another company."""
        sheet = self._sheet()
        other = self.env["res.company"].create({"name": "Other"})
        self.user_manager.company_ids |= other
        abroad = sheet.with_user(self.user_manager).with_context(
            allowed_company_ids=other.ids
        )
        lines = sheet.line_ids.with_env(abroad.env)
        for records in (abroad, lines):
            self.assertFalse(records.search([("id", "in", records.ids)]))
        templates = abroad.env["aftersales.inspection.template"].search([])
        self.assertNotIn(self.template, templates)
        self.assertIn(self.env.ref("aftersales.inspection_template_truck"), templates)

    def test_create_queries(self):
        """Sheets made together cost as many queries as one."""
        tickets = self.env["aftersales.ticket"].create(
            [
                {"partner_id": self.customer.id, "vehicle_id": self.vehicle.id}
                for __ in range(21)
            ]
        )
        vals = [{"ticket_id": t.id, "template_id": self.template.id} for t in tickets]
        Sheet = self.env["aftersales.inspection"]
        counts = []
        for batch in (vals[:1], vals[1:]):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            Sheet.create(batch)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5, counts)


@tagged("post_install", "-at_install")
class TestInspectionReport(ReportCommon, InspectionCommon, HttpCase):
    _report_role = "technician"

    def test_print(self):
        """F22, and what it found on diagnosis report and workshop order."""
        sheet = self._sheet()
        pads, tyres, __ = sheet.line_ids
        pads.write({"result": "defect", "note": "2 mm left"})
        tyres.write({"result": "ok", "remaining_life": 65})
        sheet.action_rest_ok()
        sheet.action_done()
        self.ticket.sudo().cause = "Worn"
        for report, docs, words in (
            (
                "report_inspection",
                sheet,
                ("Check Sheet", self.ticket.name, VINS[0], "Front pads", "Defect"),
            ),
            ("report_ticket_diagnosis", self.ticket, ("Front pads", "2 mm left")),
            ("report_ticket_workshop_order", self.ticket, ("Tyres", "65")),
        ):
            self.assertWords(self._text(report, docs), *words)
