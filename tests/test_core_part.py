from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_parts import PartsCommon


@tagged("post_install", "-at_install")
class TestCorePart(PartsCommon):
    """Protected core parts: no price, not sold, and never out of our hands."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bms = cls._part(
            "Battery management unit", 0.0, 1900.0, aftersales_is_part=True
        )
        cls.bms.aftersales_part_class = "core"
        cls.stock = cls.warehouse.lot_stock_id
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")

    def _transfer_to(self, destination, source=None, product=None, **vals):
        """Return a transfer of one piece, counted and ready to be validated."""
        move = self.env["stock.move"].create(
            {
                "product_id": (product or self.bms).id,
                "product_uom_qty": 1,
                "location_id": (source or self.stock).id,
                "location_dest_id": destination.id,
                "company_id": self.company.id,
                **vals,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.write({"quantity": 1, "picked": True})
        return move

    # -- No price, not sold -----------------------------------------------------------

    def test_a_core_part_has_no_price_and_is_not_sold(self):
        template = self.bms.product_tmpl_id
        self.assertEqual(template.list_price, 0)
        self.assertFalse(template.sale_ok)
        self.assertFalse(template.aftersales_serviceable)
        made = self.env["product.template"].create(
            {"name": "Vehicle control unit", "aftersales_part_class": "core"}
        )
        self.assertEqual((made.list_price, made.sale_ok), (0, False))
        for vals in ({"list_price": 900}, {"sale_ok": True}):
            with self._refused("protected core part", ValidationError):
                template.write(vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.cr.execute(
                    "UPDATE product_template SET list_price = 900 WHERE id = %s",
                    (template.id,),
                )

    def test_the_form_takes_the_price_away(self):
        with Form(self.env["product.template"]) as form:
            form.name = "Vehicle control unit"
            form.list_price = 3000
            form.aftersales_is_part = True
            form.aftersales_part_class = "core"
            self.assertEqual(form.list_price, 0)
        self.assertFalse(form.record.sale_ok)

    def test_no_price_list_prices_it(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Cost plus",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "standard_price",
                            "price_discount": -40,
                        }
                    )
                ],
            }
        )
        self.assertEqual(pricelist._get_product_price(self.mirror, 1), 42)
        self.assertEqual(pricelist._get_product_price(self.bms, 1), 0)
        with self._refused("has no price on", ValidationError):
            pricelist.item_ids = [
                Command.create({"product_id": self.bms.id, "fixed_price": 2500})
            ]

    def test_it_is_not_sold(self):
        with self._refused("it is not sold", ValidationError):
            self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.bms.id})],
                }
            )
        ticket = self._diagnosed()
        with self._refused("nobody is billed for it", ValidationError):
            self._line(ticket, self.bms)
        line = self._line(ticket, self.bms, payer="internal")
        self.assertEqual(line.price_unit, 0)
        with self._refused("nobody is billed for it", ValidationError):
            line.payer = "customer"

    def test_it_is_not_invoiced_by_hand(self):
        def move(kind):
            return self.env["account.move"].create(
                {
                    "move_type": kind,
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [
                        Command.create({"product_id": self.bms.id, "price_unit": 2500})
                    ],
                }
            )

        with self._refused("Battery.*on invoice.*Lin Freight", ValidationError):
            move("out_invoice")
        # Bought from its maker, it is invoiced by him; a credit note gives money back.
        self.assertTrue(move("in_invoice") and move("out_refund"))
        typed = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create({"product_id": self.mirror.id})],
            }
        )
        with self._refused("protected core part", ValidationError):
            typed.invoice_line_ids.product_id = self.bms

    def test_what_was_sold_before_is_still_invoiced(self):
        ticket = self._approved((self.mirror, {}))
        line = ticket.line_ids
        line.write({"release_basis": "credit", "guarantor_id": self.user_advisor.id})
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        self.mirror.aftersales_part_class = "core"
        invoice = line.sudo().sale_line_id.order_id._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.product_id, self.mirror)

    # -- Stays in the house -----------------------------------------------------------

    def test_it_does_not_leave(self):
        other = self.env["res.company"].create({"name": "Dealer"})
        theirs = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        nobodys = self.env["stock.location"].create(
            {"name": "Between companies", "usage": "transit", "company_id": False}
        )
        for place in (self.customers, self.suppliers, nobodys):
            move = self._transfer_to(place)
            with self._refused("Battery management unit is a protected core part"):
                move._action_done()
            self.assertNotEqual(move.state, "done")
        self.assertNotEqual(theirs.lot_stock_id.company_id, self.company)
        self.assertEqual(self.bms.qty_available, 20)
        # What is no core part leaves as ever.
        move = self._transfer_to(self.customers, product=self.mirror)
        move._action_done()
        self.assertEqual(move.state, "done")

    def test_no_way_around(self):
        """Another place, another paper, a correction: refused by the gate or by the
        database, whatever comes first."""
        move = self._transfer_to(self.stock, source=self.suppliers)
        move._action_done()
        self.assertEqual(self.bms.qty_available, 21)
        with mute_logger("odoo.sql_db"):
            with self._refused("core", IntegrityError):
                move.move_line_ids.location_dest_id = self.customers
        move = self._transfer_to(self.warehouse.lot_stock_id)
        move.move_line_ids.location_dest_id = self.customers
        with self._refused("does not leave"):
            move._action_done()
        move = self._transfer_to(self.customers)
        with mute_logger("odoo.sql_db"):
            with self._refused("core", IntegrityError):
                move.state = "done"
            # Even where the gate itself were taken out
            with (
                patch.object(type(move), "_aftersales_check_core", lambda self: None),
                self._refused("core", IntegrityError),
            ):
                move._action_done()

    def test_a_part_protected_later_does_not_leave_either(self):
        move = self._transfer_to(self.customers, product=self.mirror)
        self.mirror.aftersales_part_class = "core"
        with self._refused("does not leave"):
            move._action_done()
        with mute_logger("odoo.sql_db"):
            with self._refused("core", IntegrityError):
                move.state = "done"

    def test_it_moves_between_own_warehouses(self):
        second = self.env["stock.warehouse"].create({"name": "South", "code": "SOU"})
        transit = self.company.internal_transit_location_id
        self._transfer_to(transit)._action_done()
        self._transfer_to(second.lot_stock_id, source=transit)._action_done()
        self.assertEqual(self.bms.with_context(warehouse_id=second.id).qty_available, 1)
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.bms.id, "location_id": self.stock.id}
        )
        scrap.action_validate()
        self.assertEqual(self.bms.qty_available, 19)

    def test_it_goes_back_to_its_supplier(self):
        receipt = self._transfer_to(self.stock, source=self.suppliers)
        receipt._action_done()
        back = self._transfer_to(self.suppliers, origin_returned_move_id=receipt.id)
        back._action_done()
        self.assertEqual(back.state, "done")

    # -- In repairs of our own --------------------------------------------------------

    def test_it_is_fitted_in_our_own_workshop(self):
        ticket = self._approved((self.bms, {"payer": "internal"}))
        slip = self._request(ticket)
        self._release(slip)
        self._issue(slip)
        self.assertEqual(ticket.line_ids.qty_used, 1)
        self._transfer(ticket, "return", {self.bms: 1})
        self.assertFalse(ticket.sudo().order_ids)

    def test_it_is_not_sent_nor_taken_along(self):
        for mode, vals in (("onsite", {}), ("parts", {})):
            ticket = self._approved(
                (self.bms, {"payer": "internal"}), service_mode=mode, **vals
            )
            if mode == "parts":
                ticket.action_accept_disclaimer("Mr Zhao")
            slip = self._request(ticket)
            self._release(slip)
            with self._refused("on your own premises"):
                self._issue(slip)
        self.assertEqual(self.bms.qty_available, 20)

    def test_own_technicians_on_visits_by_setting(self):
        ticket = self._approved(
            (self.bms, {"payer": "internal"}), service_mode="onsite"
        )
        loan = self._transfer(ticket, "loan", {self.bms: 1})
        self._release(loan)
        with self._refused("on your own premises"):
            self._issue(loan)
        self.company.aftersales_core_on_visits = True
        self._issue(loan)
        self.assertEqual(ticket.line_ids.qty_on_loan, 1)

    # -- Other attributes -------------------------------------------------------------

    def test_a_small_part_of_value_comes_back(self):
        self.company.aftersales_small_part_price = 50
        cheap = self._part("Starter coil", 45.0, 20.0)
        currency = self.company.currency_id
        self.assertTrue(cheap.aftersales_is_small)
        asked = (45, currency, self.company)
        self.assertEqual(cheap._aftersales_old_part_rule(*asked), "small")
        cheap.aftersales_recycle_value = 8
        self.assertEqual(cheap._aftersales_old_part_rule(*asked), "recover")
        small = self.env["product.template"].search(
            [("aftersales_is_small", "=", True)]
        )
        self.assertIn(cheap.product_tmpl_id, small)
        self.assertNotIn(self.mirror.product_tmpl_id, small)
