from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestPartCharge(PartsCommon):
    """A warranty part is charged until its old part is in (R-WAR-05, D-15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_old_part_charge = "invoice"

    def _warranty(self, product=None, quantity=1, lots=None, **vals):
        """Return the ticket and its old parts after the issue of a warranty part."""
        ticket = self._approved(
            (product or self.motor, {"payer": "warranty", "quantity": quantity}), **vals
        )
        self._judge(ticket.line_ids)
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip, lots=lots)
        return ticket, ticket.sudo().part_return_ids

    def _receive(self, item, quantity=None):
        keeper = item.with_user(self.user_parts_keeper)
        if quantity:
            keeper.quantity_in = quantity
        keeper.action_receive()

    def _owed(self):
        """What the customer owes by the books."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return sum(lines.mapped("amount_residual"))

    def test_charged_by_default(self):
        company = self.env["res.company"].create({"name": "New Station"})
        self.assertEqual(company.aftersales_old_part_charge, "invoice")

    def test_invoice_then_credit_note_then_zero(self):
        """The check of the catalogue: invoice, old part, receivable zero."""
        ticket, item = self._warranty(quantity=2)
        invoice = item.charge_move_id
        self.assertEqual((item.charge_state, invoice.state), ("charged", "posted"))
        self.assertEqual(invoice.aftersales_ticket_id, ticket)
        self.assertEqual(invoice.partner_id, self.customer)
        line = invoice.invoice_line_ids
        self.assertEqual((line.price_unit, line.quantity), (1200, 2))
        self.assertEqual(line.tax_ids, self.tax)
        self.assertEqual(invoice.amount_total, 2712)
        self.assertEqual((item.charge_amount, self._owed()), (2712, 2712))
        self.assertEqual(ticket.line_ids.old_part_status, "to_recover")
        self._receive(item)
        refund = item.credit_move_id
        self.assertEqual((refund.state, refund.move_type), ("posted", "out_refund"))
        self.assertEqual(refund.reversed_entry_id, invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertTrue(
            all(
                (invoice | refund)
                .line_ids.filtered(
                    lambda row: row.account_id.account_type == "asset_receivable"
                )
                .mapped("reconciled")
            )
        )
        self.assertEqual((item.charge_state, item.charge_amount), ("credited", 0))
        self.assertEqual((self._owed(), ticket.sudo().amount_due), (0, 0))
        self.assertEqual(ticket.line_ids.old_part_status, "received")

    def test_price_of_the_customers_list(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "product.group_product_pricelist"
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dealer",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "fixed",
                            "fixed_price": 1000.0,
                            "product_tmpl_id": self.motor.product_tmpl_id.id,
                            "applied_on": "1_product",
                        }
                    )
                ],
            }
        )
        self.customer.property_product_pricelist = pricelist
        __, item = self._warranty()
        self.assertEqual(item.charge_move_id.amount_total, 1130)

    def test_charge_moves_no_goods_and_no_cost(self):
        """Perpetual valuation: the cost left with the slip, once."""
        self.motor.categ_id.write({"property_valuation": "real_time"})
        __, item = self._warranty()
        for move in item.charge_move_id:
            self.assertNotIn("cogs", move.line_ids.mapped("display_type"))
        value = self.motor.total_value
        self._receive(item)
        self.assertNotIn("cogs", item.credit_move_id.line_ids.mapped("display_type"))
        self.motor.invalidate_recordset()
        self.assertEqual(self.motor.total_value, value)

    def test_bit_by_bit_to_the_cent(self):
        """Three parts that come in one by one: the taxes of each are rounded."""
        self.motor.list_price = 100.33
        __, item = self._warranty(quantity=3)
        invoice = item.charge_move_id
        self._receive(item, 1)
        rest = item.move_id.aftersales_line_id.part_return_ids - item
        self.assertEqual(rest.charge_move_id, invoice)
        self.assertEqual((rest.charge_state, rest.quantity), ("charged", 2))
        self.assertEqual(item.charge_state, "credited")
        self.assertAlmostEqual(self._owed(), rest.charge_amount, delta=0.02)
        self._receive(rest, 1)
        last = item.ticket_line_id.part_return_ids - item - rest
        self._receive(last)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self._owed(), 0)

    def test_waiver_and_return_take_it_back(self):
        __, item = self._warranty()
        item.with_user(self.user_advisor)._ask_waiver("Freight exceeds its value")
        item.with_user(self.user_finance).action_waive()
        self.assertEqual((item.charge_state, self._owed()), ("credited", 0))
        self.assertEqual(item.ticket_line_id.old_part_status, "waived_finance")
        ticket, item = self._warranty(quantity=3)
        self._issue(self._transfer(ticket, "return", {self.motor: 1}))
        rows = ticket.sudo().part_return_ids
        gone = rows.filtered(lambda row: row.state == "cancelled")
        self.assertEqual((gone.quantity, gone.charge_state), (1, "credited"))
        self.assertEqual((item.quantity, item.charge_state), (2, "charged"))
        self.assertEqual(self._owed(), 2712)
        self._issue(self._transfer(ticket, "return", {self.motor: 2}))
        self.assertEqual(self._owed(), 0)

    def test_small_part_is_never_charged(self):
        self.company.aftersales_small_part_price = 75.0
        ticket, items = self._warranty(self.mirror)
        self.assertFalse(items)
        self.assertEqual(ticket.line_ids.old_part_status, "waived_small")
        self.assertFalse(ticket.sudo().invoice_ids)
        self.mirror.list_price = 500
        self.assertEqual(ticket.line_ids.old_part_status, "waived_small")

    def test_paid_charge_is_given_back(self):
        ticket, item = self._warranty()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=item.charge_move_id.ids
        ).create({})._create_payments()
        self.assertEqual(self._owed(), 0)
        self._receive(item)
        self.assertEqual(self._owed(), -1356)
        self.assertEqual(ticket.sudo().amount_due, -1356)

    def test_never_twice(self):
        __, item = self._warranty()
        invoice = item.charge_move_id
        item._charge()
        self.assertEqual(item.ticket_id.invoice_ids, invoice)
        line = item.charge_line_id
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            self.env["account.move"].create(item._prepare_charge_vals())
            self.env.flush_all()
        self._receive(item)
        item._uncharge()
        self.assertEqual(len(item.ticket_id.invoice_ids), 2)
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            self.env["account.move"].create(item._prepare_credit_vals(invoice))
            self.env.flush_all()
        with mute_logger("odoo.sql_db"), self._refused("", IntegrityError):
            self.env.cr.execute(
                "UPDATE aftersales_part_return SET state = 'due' WHERE id = %s",
                (item.id,),
            )
        self.assertEqual(line, item.charge_line_id)

    def test_not_altered_by_hand(self):
        """Whoever keeps the books corrects nothing behind the old part's back."""
        ticket, item = self._warranty()
        invoice = item.charge_move_id.with_user(self.user_finance)
        for step in ("button_draft", "button_cancel"):
            with self._refused("Receive or waive the old part"):
                getattr(invoice, step)()
        with self._refused("Receive or waive the old part"):
            invoice._reverse_moves()
        with self.assertRaises(AccessError):
            self.env["account.move"].with_user(self.user_finance).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Mine",
                                "price_unit": 1,
                                "aftersales_charged_part_id": item.id,
                            }
                        )
                    ],
                }
            )

    def test_locked_period(self):
        ticket, item = self._warranty()
        today = fields.Date.context_today(ticket)
        self.env.flush_all()
        self.company.fiscalyear_lock_date = today
        with self._refused("locked until"):
            self._receive(item)
        self.assertEqual(item.state, "due")
        self.company.fiscalyear_lock_date = today - timedelta(days=1)
        self._receive(item)
        self.assertEqual(item.charge_state, "credited")

    def test_nothing_when_set_so(self):
        self.company.aftersales_old_part_charge = "none"
        ticket, item = self._warranty()
        self.assertEqual(item.charge_state, "none")
        self.assertFalse(ticket.sudo().invoice_ids)

    # -- Held -------------------------------------------------------------------------

    def test_held_until_invoiced(self):
        self.company.aftersales_old_part_charge = "hold"
        ticket, item = self._warranty(quantity=2)
        draft = item.charge_move_id
        self.assertEqual((item.charge_state, draft.state), ("held", "draft"))
        self.assertEqual(self._owed(), 0)
        self._receive(item, 1)
        self.assertEqual(draft.invoice_line_ids.quantity, 1)
        rest = ticket.sudo().part_return_ids - item
        self.assertEqual((item.charge_state, rest.charge_state), ("none", "held"))
        ticket.with_user(self.user_finance).action_invoice()
        self.assertEqual((rest.charge_state, self._owed()), ("charged", 1356))
        self._receive(rest)
        self.assertEqual(self._owed(), 0)

    def test_held_and_received_leaves_nothing(self):
        self.company.aftersales_old_part_charge = "hold"
        ticket, item = self._warranty()
        draft = item.charge_move_id
        self._receive(item)
        self.assertEqual(draft.state, "cancel")
        self.assertFalse(draft.invoice_line_ids)
        with self.assertRaisesRegex(UserError, "nothing to invoice"):
            ticket.with_user(self.user_finance).action_invoice()

    def test_held_is_billed_when_overdue(self):
        """R-OLD-05: overdue, charged; the cron may run again."""
        self.company.aftersales_old_part_charge = "hold"
        ticket, item = self._warranty()
        item.due_date -= timedelta(days=31)
        item.flush_recordset()
        cron = self.env.ref("aftersales.cron_old_parts")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        item.invalidate_recordset()
        self.assertEqual((item.charge_state, self._owed()), ("charged", 1356))
        self.assertEqual(ticket.line_ids.old_part_status, "overdue_charged")
        overdue = item.activity_ids.filtered(
            lambda row: (
                row.activity_type_id
                == self.env.ref("aftersales.activity_old_part_overdue")
            )
        )
        self.assertEqual(overdue.user_id, self.user_technician)
        self.assertEqual(len(overdue), 1)
        self._receive(item)
        self.assertFalse(item.activity_ids)
        self.assertEqual(self._owed(), 0)

    # -- Settlement, close ------------------------------------------------------------

    def test_closing_and_what_is_charged(self):
        ticket, item = self._warranty()
        ticket._check_parts_balanced()
        self.company.aftersales_old_part_charge = "hold"
        ticket, item = self._warranty()
        with self._refused("old part .* is due"):
            ticket._check_parts_balanced()

    def test_settlement_explains_it(self):
        ticket, item = self._warranty()
        [row] = ticket.sudo()._get_settlement_amounts()
        self.assertEqual(row["payer"], "customer")
        self.assertEqual(
            (row["amount_old_parts"], row["amount_billed"], row["amount_due"]),
            (1356, 1356, 1356),
        )
        settlement = (
            self.env["aftersales.settlement"].sudo().create({"ticket_id": ticket.id})
        )
        settlement._refresh()
        line = settlement.line_ids
        self.assertTrue(line.is_explained)
        self.assertEqual((line.amount_expected, line.amount_difference), (1356, 0))
        settlement._check_agrees()
        # It comes in after the settlement and before the gate pass.
        self._receive(item)
        settlement.write(
            {
                "state": "settled",
                "checked_by_id": self.user_finance.id,
                "settled_by_id": self.user_finance.id,
                "settled_at": fields.Datetime.now(),
            }
        )
        ticket._check_settled()
