from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common_billing import BillingCommon
from .report_common import ReportCommon


@tagged("post_install", "-at_install")
class TestEstimate(BillingCommon):
    """How an estimate is made, and what of (R-EST-01, 03, 06, 14)."""

    def test_item_pricing_needs_its_notice(self):
        ticket = self._diagnosed(estimate_method="item")
        self._line(ticket, self.brake_pads)
        with self.assertRaisesRegex(UserError, "cannot always be guaranteed"):
            ticket.action_quote()
        ticket.estimate_notice_to = "Mr Zhao"
        self.assertEqual(ticket.estimate_notice_by_id, self.user_advisor)
        self.assertTrue(ticket.estimate_notice_at)
        ticket.action_quote()
        self.assertEqual(ticket.state, "quoted")

    def test_notice_is_stamped_not_written(self):
        ticket = self._diagnosed(estimate_method="item")
        ticket.write(
            {
                "estimate_notice_at": "2026-01-01 00:00:00",
                "estimate_notice_by_id": self.user_manager.id,
            }
        )
        self.assertFalse(ticket.estimate_notice_at)
        ticket.estimate_notice_to = "Mr Zhao"
        ticket.estimate_notice_to = False
        self.assertFalse(ticket.estimate_notice_at)

    def test_fixed_price_holds_its_risk(self):
        self.company.aftersales_estimate_risk = 20
        ticket = self._diagnosed(estimate_method="symptom")
        self.assertEqual(ticket.estimate_risk, 20)
        labour = self._line(ticket, self.labour, quantity=2)
        pads = self._line(ticket, self.brake_pads)
        warranty = self._line(ticket, self.labour, payer="warranty")
        self.assertAlmostEqual(labour.price_unit, 72)
        self.assertAlmostEqual(labour.amount_risk, 24)
        self.assertEqual((pads.price_unit, warranty.price_unit), (180, 60))
        ticket.estimate_risk = 10
        self.assertAlmostEqual(labour.price_unit, 66)
        ticket.estimate_method = "system"
        self.assertAlmostEqual(labour.price_unit, 60)
        ticket.action_quote()
        with self.assertRaisesRegex(UserError, "is quoted"):
            ticket.estimate_method = "symptom"

    def test_composition_adds_up(self):
        ticket = self._diagnosed(estimate_method="symptom")
        self._line(ticket, self.labour, quantity=1.5, discount=7)
        self._line(ticket, self.brake_pads, quantity=2)
        self._line(ticket, self.mirror, supply="own_aftermarket", discount=10)
        self._line(ticket, self.motor, supply="customer")
        self._line(ticket, self.motor, payer="warranty")
        self._line(ticket, self.mirror)._decline()
        ticket.action_quote()
        rows = ticket._get_price_composition()
        amounts = {row["label"]: row["amount"] for row in rows}
        self.assertAlmostEqual(amounts["Labour"], 90)
        self.assertAlmostEqual(amounts["Risk of the fixed price"], 9)
        self.assertAlmostEqual(amounts["Original parts"], 360)
        self.assertAlmostEqual(amounts["Aftermarket parts"], 75)
        self.assertAlmostEqual(amounts["Discount"], -(6.93 + 7.5))
        parts = [row["amount"] for row in rows[:-3]]
        self.assertAlmostEqual(sum(parts), amounts["Untaxed"])
        self.assertAlmostEqual(amounts["Untaxed"] + amounts["Tax"], amounts["Total"])
        self.assertAlmostEqual(self._order(ticket).amount_total, amounts["Total"])

    def test_aftermarket_part_in_a_key_position(self):
        self.brake_pads.aftersales_is_safety = True
        ticket = self._diagnosed()
        pads = self._line(ticket, self.brake_pads, supply="own_aftermarket")
        mirror = self._line(ticket, self.mirror, supply="own_aftermarket")
        self.assertEqual((pads.no_guarantee, mirror.no_guarantee), (True, False))

    # -- Who cannot price asks --------------------------------------------------------

    def _ask(self, line, **vals):
        return (
            self.env["aftersales.price.consultation"]
            .with_user(self.user_advisor)
            .create(
                {
                    "ticket_id": line.ticket_id.id,
                    "line_id": line.id,
                    "specialist_id": self.user_technician.id,
                    "question": "Rewind or replace?",
                    **vals,
                }
            )
        )

    def test_consultation(self):
        ticket = self._diagnosed()
        line = self._line(ticket, self.labour)
        asked = self._ask(line)
        self.assertEqual(asked.activity_ids.user_id, self.user_technician)
        self.assertEqual(ticket.consultation_open_count, 1)
        with self.assertRaisesRegex(UserError, "answers himself"):
            asked.answer = "I know"
        with self.assertRaises(AccessError):
            asked.state = "answered"
        with self.assertRaisesRegex(UserError, "no answer"):
            asked.action_apply()
        his = asked.with_user(self.user_technician)
        with self.assertRaisesRegex(UserError, "price or an answer"):
            his.action_answer()
        his.write({"price_unit": 95, "answer": "Replace; two hours more"})
        his.action_answer()
        self.assertEqual(asked.activity_ids.user_id, self.user_advisor)
        with self.assertRaisesRegex(UserError, "answered already"):
            his.price_unit = 200
        with self.assertRaises(AccessError):
            his.action_apply()
        asked.action_apply()
        self.assertEqual(line.price_unit, 95)
        self.assertEqual(asked.state, "applied")
        self.assertFalse(asked.activity_ids)

    def test_consultation_stays_with_its_ticket(self):
        line = self._line(self._diagnosed(), self.labour)
        with self.assertRaisesRegex(UserError, "is not on ticket"):
            self._ask(line, ticket_id=self._ticket().id)


@tagged("post_install", "-at_install")
class TestEstimateReport(ReportCommon, BillingCommon, HttpCase):
    """F14, filled and blank."""

    _report_prefix = "aftersales.report_"

    def test_filled(self):
        ticket = self._diagnosed(
            estimate_method="item", estimate_notice_to="Mr Zhao in person"
        )
        self._line(ticket, self.brake_pads, quantity=2, supply="own_aftermarket")
        self._line(ticket, self.motor, supply="customer")
        self._line(ticket, self.labour, quantity=2)
        text = self._text("ticket_estimate", ticket)
        self.assertWords(
            text,
            "Estimate",
            ticket.name,
            "Ours, aftermarket",
            "Brought by the",
            "Mr Zhao in person",
            "cannot always be guaranteed",
            "What the customer's price is made of",
            "542.40",
        )
        self.assertEqual(text.count("542.40"), 2, "to pay is what it is made of")
        self.assertNotIn("Fixed price:", text)

    def test_blank(self):
        text = self._text("ticket_estimate_blank", self.company)
        self.assertWords(
            text,
            "Estimate",
            "System involved",
            "Symptom, fixed price",
            "Customer: I agree",
        )
