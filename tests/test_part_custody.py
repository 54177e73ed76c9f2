from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartCustody(PartsCommon):
    """Inspected, shipped, kept, disposed of by authorisation (R-OLD-06, R-BEY-10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker = cls.env["res.partner"].create({"name": "Maker"})
        cls.finance_2 = new_test_user(
            cls.env,
            login="finance_2",
            groups="aftersales.group_aftersales_finance",
            company_id=cls.company.id,
        )

    def _stored(self, quantity=1, **vals):
        """Return an old part that was brought in."""
        ticket = self._approved(
            (self.motor, {"payer": "warranty", "quantity": quantity}), **vals
        )
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        item = ticket.sudo().part_return_ids
        item.with_user(self.user_parts_keeper).action_receive()
        return item

    def _step(self, items, step, user, **vals):
        """Take a step through its window."""
        action = getattr(items.with_user(user), f"action_{step}")()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create(vals)
        )
        return wizard.action_confirm()

    def _packing_list(self, items):
        """Return the packing list that the parts keeper prints from ``items``."""
        report = self.env["ir.actions.report"].with_user(self.user_parts_keeper)
        html, __ = report._render_qweb_html(
            "aftersales.report_old_part_packing", items.ids
        )
        return html.decode()

    def _saleable(self):
        self.env.invalidate_all()
        return (
            self.motor.qty_available,
            self.motor.free_qty,
            self.motor.virtual_available,
            self.motor.total_value,
        )

    def test_inspected(self):
        item = self._stored()
        with self._refused("say what was found"):
            item.with_user(self.user_inspector)._inspect("no_trouble", " ")
        self._step(item, "inspect", self.user_inspector, finding="fault")
        self.assertEqual(
            (item.finding, item.inspected_by_id.login), ("fault", "inspector")
        )
        with self.assertRaises(AccessError):
            item.with_user(self.user_technician)._inspect("fault", "")

    def test_wrong_part_is_owed_and_charged_again(self):
        self.company.aftersales_old_part_charge = "invoice"
        item = self._stored()
        self._step(
            item,
            "inspect",
            self.user_quality,
            finding="wrong_part",
            note="An old motor of another truck",
            owed_again=True,
        )
        self.assertEqual(item.state, "rejected")
        again = item.ticket_line_id.part_return_ids - item
        self.assertEqual((again.state, again.charge_state), ("due", "charged"))
        self.assertNotEqual(again.charge_move_id, item.charge_move_id)
        self.assertEqual(item.charge_state, "credited")
        again.with_user(self.user_parts_keeper).action_receive()
        self.assertEqual(again.charge_state, "credited")
        self.assertEqual(sum(item.ticket_id.invoice_ids.mapped("amount_residual")), 0)

    def test_wrong_part_of_an_issue_taken_back_is_owed_no_more(self):
        self.company.aftersales_old_part_charge = "invoice"
        item = self._stored()
        back = self._transfer(item.ticket_id.sudo(False), "return", {self.motor: 1})
        self._issue(back)
        item.with_user(self.user_quality)._inspect("wrong_part", "Other truck", True)
        again = item.ticket_line_id.part_return_ids - item
        self.assertEqual((item.state, again.state), ("rejected", "cancelled"))
        self.assertFalse(again.activity_ids)
        self.assertNotEqual(again.charge_state, "charged")
        self.assertEqual(sum(item.ticket_id.invoice_ids.mapped("amount_residual")), 0)

    def test_shipped_to_who_asked(self):
        items = self._stored() | self._stored()
        saleable = self._saleable()
        with self._refused("not all to be shipped"):
            items.with_user(self.user_parts_keeper).action_ship()
        self._step(items, "ask_shipment", self.user_quality, partner_id=self.maker.id)
        self.assertEqual(set(items.mapped("custody_state")), {"to_ship"})
        self._step(
            items,
            "ship",
            self.user_parts_keeper,
            carrier_id=self.driver.id,
            tracking_number="SF-1",
        )
        shipment = items.shipment_id
        self.assertEqual(len(shipment), 1)
        self.assertEqual((shipment.state, shipment.partner_id), ("done", self.maker))
        self.assertEqual(shipment.move_ids.location_dest_id.usage, "supplier")
        self.assertEqual(set(items.mapped("tracking_number")), {"SF-1"})
        self.assertEqual(self._saleable(), saleable)
        zone = self.company._get_aftersales_location("old_part")
        there = self.env["stock.quant"].search([("location_id", "=", zone.id)])
        self.assertEqual(sum(there.mapped("quantity")), 0)
        with self._refused("has left the zone"):
            items[0].with_user(self.user_quality)._ask_disposal("reuse", "Fit again")
        # The packing list is of the whole parcel, whichever part it is printed from.
        text = self._packing_list(items[0])
        for words in (shipment.name, "Maker", "SF-1", *items.mapped("tag")):
            self.assertIn(words, text)
        with self._refused("nobody has asked to have it shipped"):
            self._packing_list(self._stored())

    def test_scrapped_by_another_and_not_early(self):
        item = self._stored()
        saleable = self._saleable()
        today = fields.Date.context_today(item)
        self.assertEqual(item.may_scrap_from, today + timedelta(days=90))
        keeper = self.user_parts_keeper
        with self._refused("is kept until"):
            self._step(item, "ask_disposal", keeper, disposal="scrap", reason="Burnt")
        item.received_at -= timedelta(days=91)
        finance = item.with_user(self.user_finance)
        with self._refused("nobody has asked"):
            finance.action_approve_disposal()
        self._step(
            item, "ask_disposal", self.user_finance, disposal="scrap", reason="Burnt"
        )
        self.assertEqual(item.custody_state, "to_dispose")
        with self._refused("asked for its disposal yourself"):
            finance.action_approve_disposal()
        with self.assertRaises(AccessError):
            item.with_user(keeper).action_approve_disposal()
        item.with_user(self.finance_2).action_approve_disposal()
        self.assertEqual(
            (item.custody_state, item.scrap_id.state), ("scrapped", "done")
        )
        self.assertEqual(item.scrap_id.owner_id, self.customer)
        self.assertEqual(self._saleable(), saleable)
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            self.env.cr.execute(
                "UPDATE aftersales_part_return SET disposed_on = '2000-01-01'"
                " WHERE id = %s",
                (item.id,),
            )

    def test_clock_starts_when_the_claim_is_paid(self):
        item = self._stored(warranty_provider_id=self.maker.id)
        self.assertFalse(item.may_scrap_from)
        keeper = self.user_parts_keeper
        with self._refused("has not been paid"):
            self._step(item, "ask_disposal", keeper, disposal="scrap", reason="Burnt")
        item.with_user(self.user_finance).action_claim_paid()
        today = fields.Date.context_today(item)
        self.assertEqual(item.may_scrap_from, today + timedelta(days=30))
        # What is set for the company later touches new parts only.
        self.company.aftersales_old_part_keep_days = 5
        self.assertEqual(item.may_scrap_from, today + timedelta(days=30))

    def test_reused_or_back_to_the_supplier(self):
        first, second = self._stored(), self._stored()
        saleable = self._saleable()
        keeper = self.user_parts_keeper
        self._step(first, "ask_disposal", keeper, disposal="reuse", reason="No fault")
        self._step(
            second,
            "ask_disposal",
            keeper,
            disposal="supplier",
            reason="Wants it back",
            partner_id=self.maker.id,
        )
        (first | second).with_user(self.user_finance).action_approve_disposal()
        self.assertEqual(
            (first | second).mapped("custody_state"), ["reused", "supplier"]
        )
        reuse = self.company._get_aftersales_location("reuse")
        self.assertEqual(first.disposal_picking_id.move_ids.location_dest_id, reuse)
        self.assertEqual(second.disposal_picking_id.partner_id, self.maker)
        self.assertEqual(self._saleable(), saleable)

    def test_refused_disposal_is_kept(self):
        item = self._stored()
        self._step(
            item, "ask_disposal", self.user_quality, disposal="reuse", reason="As new"
        )
        with self._refused("already"):
            item.with_user(self.user_quality)._ask_shipment(self.maker)
        item.with_user(self.user_finance).action_refuse_disposal()
        self.assertEqual(item.custody_state, "zone")

    def test_keeper_is_told_what_may_be_scrapped(self):
        """Nothing is forgotten, and nobody is told twice."""
        item, young = self._stored(), self._stored()
        item.received_at -= timedelta(days=91)
        self.env.flush_all()
        cron = self.env.ref("aftersales.cron_old_parts")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(len(item.activity_ids), 1)
        self.assertEqual(item.activity_ids.user_id, self.user_parts_keeper)
        self.assertFalse(young.activity_ids)

    def test_field_parts_are_asked_for_again(self):
        """R-OLD-03: who is late is reminded, then his superior."""
        team = self.env["aftersales.team"].create(
            {
                "name": "Field",
                "leader_id": self.user_dispatcher.id,
                "member_ids": self.user_technician.ids,
            }
        )
        ticket = self._approved(
            (self.motor, {"payer": "warranty"}), service_mode="onsite"
        )
        ticket.sudo().team_id = team
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        item = ticket.sudo().part_return_ids
        self.assertTrue(item.is_field)
        item.due_date = fields.Date.context_today(item) - timedelta(days=20)
        self.env.flush_all()
        kind = self.env.ref("aftersales.activity_old_part_overdue")
        cron = self.env.ref("aftersales.cron_old_parts")

        def told():
            item.invalidate_recordset()
            rows = item.activity_ids.filtered(lambda row: row.activity_type_id == kind)
            return sorted(row.user_id.login for row in rows)

        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.assertEqual(told(), ["technician"])
            cron.method_direct_trigger()
            self.assertEqual(told(), ["technician"])
            item.overdue_told_on -= timedelta(days=7)
            item.flush_recordset()
            cron.method_direct_trigger()
        self.assertEqual(told(), ["dispatcher", "technician", "technician"])
