from datetime import date, timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import VINS
from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestCampaign(PartsCommon):
    """Recalls and service campaigns over a rule or list of vehicles (R-BEY-08)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager_2 = new_test_user(
            cls.env,
            login="manager_2",
            groups="aftersales.group_aftersales_manager",
            company_id=cls.company.id,
        )
        cls.campaign = cls._campaign()

    @classmethod
    def _campaign(cls, **vals):
        """Return a recall of the model's vehicles, prepared by Quality."""
        return (
            cls.env["aftersales.campaign"]
            .with_user(cls.user_quality)
            .create(
                {
                    "name": "Brake pads may come off",
                    "code": "R26-014",
                    "defect": "The pads may come off.",
                    "remedy": "The pads are replaced.",
                    "model_ids": [Command.set(cls.vehicle_model.ids)],
                    "line_ids": [
                        Command.create({"product_id": cls.brake_pads.id}),
                        Command.create({"product_id": cls.labour.id}),
                    ],
                    **vals,
                }
            )
        )

    @classmethod
    def _vehicle(cls, number, **vals):
        return cls.env["aftersales.vehicle"].create(
            {
                "vin": VINS[number],
                "model_id": cls.vehicle_model.id,
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    def _released(self, campaign=None):
        campaign = campaign or self.campaign
        campaign.with_user(self.user_manager).action_release()
        return campaign.vehicle_ids

    def _row(self, campaign=None):
        """Return the truck's row of the released campaign."""
        return self._released(campaign).filtered(
            lambda row: row.vehicle_id == self.vehicle
        )

    # -- Which vehicles ----------------------------------------------------------------

    def test_rule_takes_its_vehicles_only(self):
        other = self.env["fleet.vehicle.model"].create(
            {"name": "E5", "brand_id": self.vehicle_model.brand_id.id}
        )
        self._vehicle(1, model_id=other.id)
        self._vehicle(2, state="scrapped")
        self.assertEqual(self._released().vehicle_id, self.vehicle)

    def test_all_of_the_rule_must_hold(self):
        self.vehicle.delivery_date = date(2026, 3, 1)
        late = self._vehicle(1, delivery_date=date(2026, 3, 2))
        by_day = self._campaign(code="DAY", delivered_to=date(2026, 3, 1))
        self.assertEqual(self._released(by_day).vehicle_id, self.vehicle)
        low, high = sorted((self.vehicle, late), key=lambda vehicle: vehicle.vin)
        by_number = self._campaign(code="VIN", vin_from=high.vin)
        self.assertEqual(self._released(by_number).vehicle_id, high)
        by_range = self._campaign(code="RANGE", vin_from=low.vin, vin_to=low.vin)
        self.assertEqual(self._released(by_range).vehicle_id, low)

    def test_list_of_numbers_and_files_made_later(self):
        listed = self._campaign(
            code="LIST",
            model_ids=False,
            number_list=f"{self.vehicle.vin.lower()}\n{VINS[3]}\n",
        )
        self.assertEqual(self._released(listed).vehicle_id, self.vehicle)
        self.assertEqual(listed.unknown_numbers, VINS[3])
        new = self._vehicle(3)
        self.assertIn(new, listed.vehicle_ids.vehicle_id)
        self.assertFalse(listed.unknown_numbers)

    def test_nobody_concerned(self):
        nobody = self._campaign(code="NONE", model_ids=False)
        with self.assert_refused(UserError, "concerns no vehicle"):
            nobody.with_user(self.user_manager).action_release()

    # -- Steps -------------------------------------------------------------------------

    def test_who_prepared_does_not_release(self):
        own = self.campaign.with_user(self.user_manager).copy({"code": "OWN"})
        with self.assert_refused(UserError, "you prepared it yourself"):
            own.action_release()
        own.with_user(self.manager_2).action_release()
        self.assertEqual(own.state, "running")
        with self.assert_refused(AccessError, "Manager"):
            self.campaign.action_release()

    def test_refusal_names_the_campaign(self):
        with self.assert_refused(AccessError, "R26-014|Brake pads may come off"):
            self._as("advisor", self.campaign).action_release()

    def test_released_rule_stays(self):
        self._released()
        with self.assert_refused(UserError, "released with this rule"):
            self.campaign.model_ids = False
        with self.assert_refused(UserError, "stays on record"):
            self._as("manager", self.campaign).unlink()
        with self.assert_refused(UserError, "from its buttons"):
            self.campaign.state = "done"

    def test_recall_ends_when_no_vehicle_is_left(self):
        row = self._row()
        campaign = self._as("manager", self.campaign)
        with self.assert_refused(UserError, "1 vehicles are still open"):
            campaign.action_close()
        quality = self._as("quality", row)
        with self.assert_refused(UserError, "write in the remarks why"):
            quality.action_exempt()
        quality.note = "Burnt out, no longer registered"
        quality.action_exempt()
        campaign.action_close()
        self.assertEqual(campaign.state, "done")
        self.assertEqual(campaign.completion, 0.0)

    def test_recall_has_no_last_day(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assert_refused(CheckViolation, "recall_never_ends"),
        ):
            self.campaign.date_end = date(2030, 1, 1)
            self.env.flush_all()

    def test_phase_calls_in_later(self):
        today = fields.Date.today()
        self.vehicle.delivery_date = date(2026, 3, 1)
        self.campaign.phase_ids = [
            Command.create(
                {
                    "name": "Later",
                    "date_start": today + timedelta(days=30),
                    "delivered_from": date(2026, 1, 1),
                }
            )
        ]
        row = self._row()
        self.assertEqual(row.phase_id.name, "Later")
        self.assertFalse(self.vehicle.open_campaign_ids)
        self._tell_owners()
        self.assertEqual(row.state, "open")
        self.campaign.phase_ids.sudo().date_start = today
        self.vehicle.invalidate_recordset()
        self.assertEqual(self.vehicle.open_campaign_ids, row)

    def test_parts_for_all_open_vehicles(self):
        self._vehicle(1)
        self._released()
        pads = self.campaign.line_ids[0]
        self.assertEqual((pads.quantity_needed, pads.quantity_free), (2.0, 20.0))
        self.assertFalse(pads.is_short)
        pads.sudo().quantity = 11
        self.assertTrue(pads.is_short)

    # -- Announced and done ------------------------------------------------------------

    def test_announced_at_appointment_ticket_and_check_in(self):
        row = self._row()
        appointment = Form(
            self.env["aftersales.appointment"].with_user(self.user_advisor)
        )
        appointment.partner_id = self.customer
        appointment.vehicle_id = self.vehicle
        self.assertEqual(appointment.open_campaign_ids[:], row)
        ticket = self._ticket()
        self.assertEqual(ticket.open_campaign_ids, row)
        reception = ticket.env["aftersales.reception"].browse(
            ticket.action_receive_vehicle()["res_id"]
        )
        self.assertEqual(reception.open_campaign_ids, row)
        reception.action_add_campaigns()
        self.assertEqual(ticket.line_ids.mapped("payer"), ["warranty"] * 2)
        self.assertEqual(ticket.line_ids.product_id, self.brake_pads | self.labour)
        self.assertFalse(reception.open_campaign_ids)
        with self.assert_refused(UserError, "called in for nothing"):
            ticket.action_add_campaigns()

    def test_maker_bears_it_alone(self):
        maker = self.env["res.partner"].create({"name": "Feiyue Motors"})
        self.campaign.provider_id = maker
        self._released()
        ticket = self._ticket()
        line = self._line(ticket, self.mirror, payer="warranty")
        line.sudo().approval = "approved"
        with self.assert_refused(UserError, "ticket of its own"):
            ticket.action_add_campaigns()
        self.assertFalse(ticket.warranty_provider_id)

    def test_undecided_work_goes_along_with_it(self):
        maker = self.env["res.partner"].create({"name": "Feiyue Motors"})
        self.campaign.provider_id = maker
        self._released()
        ticket = self._ticket()
        line = self._line(ticket, self.mirror, payer="warranty")
        ticket.action_add_campaigns()
        self.assertEqual(ticket.warranty_provider_id, maker)
        self.assertEqual(len(ticket.line_ids), 3)
        self.assertEqual(line.payer, "warranty")

    def test_safety_recall_does_not_leave_unsaid(self):
        self._released()
        ticket = self._as("manager", self._ticket())
        with self.assert_refused(UserError, "open safety recall R26-014"):
            ticket._check_before_deliver()
        ticket.recall_told = True
        with self.assert_refused(UserError, "gate pass"):
            ticket._check_before_deliver()

    def _tell_owners(self):
        with self.enter_registry_test_mode():
            self.env.ref("aftersales.ir_cron_campaign").method_direct_trigger()

    def _letters(self):
        return self.vehicle.message_ids.filtered(
            lambda message: message.partner_ids == self.customer
        )

    def test_owners_are_told_once(self):
        row = self._row()
        self._tell_owners()
        self._tell_owners()
        self.assertEqual(len(self._letters()), 1)
        self.assertIn("The pads are replaced.", self._letters().body)
        self.assertIn("R26-014", self._letters().subject)
        self.assertEqual((row.state, row.told_count), ("told", 1))
        row.sudo().told_at = fields.Datetime.now() - timedelta(days=31)
        self._tell_owners()
        self.assertEqual(row.told_count, 2)

    def test_one_broken_letter_stops_no_other(self):
        other = self._vehicle(1)
        rows = self._released()
        letter = self.registry["aftersales.campaign.vehicle"]._tell_owner

        def fail(row):
            if row.vehicle_id == self.vehicle:
                raise ValueError("no such address")
            letter(row)

        rows_class = self.registry["aftersales.campaign.vehicle"]
        with (
            patch.object(rows_class, "_tell_owner", fail),
            self.assertLogs("odoo.addons.aftersales", level="ERROR"),
        ):
            self._tell_owners()
        told = rows.filtered(lambda row: row.state == "told")
        self.assertEqual(told.vehicle_id, other)
        self.assertEqual((rows - told).failure, "no such address")
        self.assertTrue(self.vehicle.activity_ids)

    def test_owner_without_mail_is_left_to_the_advisers(self):
        row = self._row()
        self.customer.email = False
        self._tell_owners()
        self.assertEqual(row.state, "open")
        self._as("advisor", row).action_told()
        self.assertEqual((row.state, row.told_count), ("told", 1))

    def test_done_with_the_ticket(self):
        """Out of any warranty, nobody judging a cause: the recall is mended."""
        self.vehicle.write(
            {"warranty_start_date": "2010-01-01", "warranty_end_date": "2012-12-31"}
        )
        row = self._row()
        ticket = self._diagnosed()
        ticket.action_add_campaigns()
        lines = ticket.line_ids
        self.assertFalse(any(lines.mapped("needs_warranty_decision")))
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        slip = self._request(ticket)
        self._release(slip)
        operation = lines.filtered(lambda line: line.line_type == "operation")
        operation.sudo().is_done = True
        ticket.sudo()._update_vehicle_files()
        self.assertEqual(row.state, "open", "The part is not in the vehicle yet.")
        self._issue(slip)
        ticket.sudo()._update_vehicle_files()
        self.assertEqual((row.state, row.ticket_id), ("done", ticket))
        self.assertEqual(self.campaign.completion, 100.0)

    def test_its_work_is_claimed_as_such(self):
        """On a claim of its own, which says recall and the maker's number."""
        row = self._row()
        ticket = self._diagnosed()
        ticket.action_add_campaigns()
        mirror = self._line(ticket, self.mirror, payer="warranty")
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        ticket.sudo().state = "ready"
        self._as("claims_clerk", ticket).action_make_claim()
        recall, other = ticket.sudo().claim_ids.sorted("category")
        self.assertEqual((recall.category, other.category), ("recall", "standard"))
        self.assertEqual(recall.line_ids.ticket_line_id, row.ticket_line_ids)
        self.assertEqual(recall.preauth_number, "R26-014")
        self.assertEqual(other.line_ids.ticket_line_id, mirror)
