import os
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_parts import PartsCommon

# A long run: AFTERSALES_EXAMPLES=500 scripts/test tests/test_part_random.py
EXAMPLES = int(os.environ.get("AFTERSALES_EXAMPLES", "2"))
STEPS = 14
NUMBERS = st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))


@tagged("post_install", "-at_install")
class TestPartRandom(PartsCommon):
    """Old parts in any order: nothing lost, nothing doubled, money ties (R-WAR-05).

    Parts by the piece, by serial number and by the dozen; charged at once, held or not
    at all, as it is set at that moment.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dozen = cls.env.ref("uom.product_uom_dozen")
        cls.motor.list_price = 100.33
        cls.brake_pads.list_price = 33.37
        parts = cls.motor | cls.brake_pads | cls.pump
        parts.aftersales_recover_old_part = "yes"
        cls.parts = parts
        cls.ticket = cls._approved(
            (cls.motor, {"payer": "warranty", "quantity": 7}),
            (cls.pump, {"payer": "warranty", "quantity": 3}),
            (
                cls.brake_pads,
                {"payer": "warranty", "quantity": 1, "product_uom_id": dozen.id},
            ),
        ).sudo()
        cls._judge(cls.ticket.line_ids)
        cls.maker = cls.env["res.partner"].create({"name": "Maker"})
        cls.serial = 0
        cls.there = {part: cls._quantity(part) for part in parts}

    # -- Steps ------------------------------------------------------------------------

    def _slips(self, *kinds, released=None):
        slips = self.ticket.picking_ids.filtered(
            lambda slip: (
                slip.state not in ("done", "cancel") and slip.aftersales_kind in kinds
            )
        )
        if released is None:
            return slips
        return slips.filtered(
            lambda slip: bool(slip.aftersales_released_by) == released
        )

    def _pick(self, records, number):
        return records[number % len(records)] if records else records

    def _rows(self, *states):
        return self.ticket.part_return_ids.filtered(lambda row: row.state in states)

    def _step_request(self, *numbers):
        self._request(self.ticket.sudo(False))
        self._release(self._slips("issue", released=False))

    def _step_issue(self, a, b, c):
        slip = self._pick(self._slips("issue", released=True), a)
        if not slip:
            return self._step_request()
        move = self._pick(slip._aftersales_open_moves(), b)
        entries = []
        if move.product_id == self.pump:
            lots = self.serials.filtered(lambda lot: self._quantity(self.pump, lot) > 0)
            lots = lots[: 1 + c % int(move.product_uom_qty)]
            entries = [(move, 1, lot) for lot in lots]
        else:
            share = 0.25 if move.product_id == self.brake_pads else 1.0
            most = int(move.product_uom_qty / share)
            entries = [(move, share * (1 + c % most), self.env["stock.lot"])]
        slip.with_user(self.user_parts_keeper)._aftersales_process(entries)
        return None

    def _step_return(self, a, b, c):
        line = self._pick(self.ticket.line_ids.filtered("qty_used"), a)
        if line:
            # In the part's own unit.
            quantity = 1 if line.product_id == self.pump else 1 + c % 3
            slips = self._transfer(
                self.ticket.sudo(False), "return", {line.product_id: quantity}
            )
            for slip in slips:
                self._issue(slip)

    def _step_cancel(self, a, b, c):
        if slip := self._pick(self._slips("issue", "return"), a):
            slip.with_user(self.user_parts_keeper).action_aftersales_cancel()

    def _step_receive(self, a, b, c):
        if item := self._pick(self._rows("due"), a):
            keeper = item.with_user(self.user_parts_keeper)
            keeper.quantity_in = 1 + c % max(int(item.quantity), 1)
            if item.product_id == self.pump:
                TestPartRandom.serial += 1
                keeper.quantity_in = 1
                keeper.old_serial = f"OLD-{self.serial}"
            keeper.action_receive()

    def _step_waive(self, a, b, c):
        if item := self._pick(self._rows("due"), a):
            item.with_user(self.user_advisor)._ask_waiver("Not worth its freight")
            item.with_user(self.user_finance).action_waive()

    def _step_setting(self, a, b, c):
        modes = ("invoice", "hold", "none")
        self.company.aftersales_old_part_charge = modes[a % 3]

    def _step_invoice(self, *numbers):
        self.ticket.with_user(self.user_finance).action_invoice()

    def _step_wrong(self, a, b, c):
        if item := self._pick(self._rows("received"), a):
            item.with_user(self.user_inspector)._inspect("wrong_part", "Other", True)

    def _step_ship(self, a, b, c):
        if item := self._pick(self._rows("received", "rejected"), a):
            item.with_user(self.user_quality)._ask_shipment(self.maker)
            item.with_user(self.user_parts_keeper)._ship(self.maker, "1")

    def _step_reuse(self, a, b, c):
        if item := self._pick(self._rows("received", "rejected"), a):
            item.with_user(self.user_quality)._ask_disposal("reuse", "As new")
            item.with_user(self.user_finance).action_approve_disposal()

    CHOICES = (
        "issue",
        "issue",
        "issue",
        "receive",
        "receive",
        "return",
        "waive",
        "setting",
        "invoice",
        "wrong",
        "ship",
        "reuse",
        "cancel",
        "request",
    )

    # -- What must hold ---------------------------------------------------------------

    @classmethod
    def _quantity(cls, part, lot=None):
        """What of ``part`` is for sale."""
        place = cls.warehouse.lot_stock_id
        domain = [("product_id", "=", part.id), ("location_id", "child_of", place.id)]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return sum(cls.env["stock.quant"].search(domain).mapped("quantity"))

    def _assert_holds(self):
        self.env.invalidate_all()
        rows = self.ticket.part_return_ids
        for move in rows.move_id:
            self._assert_obligations(
                move, rows.filtered(lambda r, m=move: r.move_id == m)
            )
        self._assert_money(rows)
        self._assert_stock(rows)

    def _assert_obligations(self, move, rows):
        """What was issued is due, in, waived or not needed: each piece once."""
        issued = sum(move.move_line_ids.mapped("quantity_product_uom"))
        back = sum(
            sum(returned.move_line_ids.mapped("quantity_product_uom"))
            for returned in move.returned_move_ids
            if returned.state == "done"
        )
        found = Counter()
        for row in rows:
            found[row.state] += row.quantity
        settled = found["received"] + found["waived"]
        self.assertAlmostEqual(found["due"] + settled + found["cancelled"], issued)
        self.assertAlmostEqual(found["due"], max(issued - back - settled, 0))

    def _assert_money(self, rows):
        """Charged less credited is what is still missing; each piece once."""
        for line in rows.charge_line_id:
            mine = rows.filtered(lambda row, line=line: row.charge_line_id == line)
            self.assertAlmostEqual(line.quantity, sum(mine.mapped("quantity")))
        for row in rows:
            expected = (
                ("credited", "none")
                if row.state != "due"
                else (
                    "none",
                    "held",
                    "charged",
                )
            )
            self.assertIn(row.charge_state, expected)
        moves = self.ticket.invoice_ids.filtered(lambda move: move.state == "posted")
        owed = sum(moves.mapped("amount_residual_signed"))
        self.assertAlmostEqual(owed, sum(moves.mapped("amount_total_signed")), places=2)
        missing = sum(
            row.charge_amount for row in rows if row.charge_state == "charged"
        )
        self.assertAlmostEqual(owed, missing, delta=0.011 * max(len(rows), 1))
        for invoice in rows.charge_move_id:
            mine = rows.filtered(lambda row, i=invoice: row.charge_move_id == i)
            if set(mine.mapped("charge_state")) == {"credited"}:
                self.assertEqual(invoice.amount_residual, 0)

    def _assert_stock(self, rows):
        """Old parts are no stock and have no value, wherever they are."""
        used = Counter()
        for move in self.ticket.line_ids.move_ids:
            sign = {"issue": 1, "return": -1}.get(move.picking_id.aftersales_kind)
            if sign and move.state == "done":
                done = sum(move.move_line_ids.mapped("quantity_product_uom"))
                used[move.product_id] += sign * done
        for part in self.parts:
            self.assertAlmostEqual(self._quantity(part) + used[part], self.there[part])
            self.assertAlmostEqual(part.qty_available, self._quantity(part))
            self.assertAlmostEqual(
                part.total_value, part.qty_available * part.standard_price, places=2
            )
        zone = self.company._get_aftersales_location("old_part")
        stored = self.env["stock.quant"].search([("location_id", "child_of", zone.id)])
        inside = rows.filtered(
            lambda row: row.custody_state in ("zone", "to_ship", "to_dispose")
        )
        self.assertAlmostEqual(
            sum(stored.mapped("quantity")), sum(inside.mapped("quantity"))
        )
        self.assertTrue(all(q.owner_id for q in stored if q.quantity))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 20,
        suppress_health_check=list(HealthCheck),
        # What failed is named step by step; making it shorter takes minutes.
        phases=[Phase.explicit, Phase.generate],
        print_blob=True,
    )
    @given(st.lists(NUMBERS, min_size=STEPS, max_size=STEPS))
    def test_any_order_of_steps(self, numbers):
        """R-OLD-01, R-OLD-05, R-WAR-05, R-BEY-10."""
        savepoint = self.env.cr.savepoint()
        taken = []
        try:
            self.company.aftersales_old_part_charge = "invoice"
            for place, (a, b, c) in enumerate(numbers):
                # First something must be out.
                name = "issue" if place < 2 else self.CHOICES[a % len(self.CHOICES)]
                taken.append((name, a, b, c))
                try:
                    with self.env.cr.savepoint():
                        getattr(self, f"_step_{name}")(a // 7, b, c)
                        self.env.flush_all()
                except (UserError, ValidationError):
                    # A refusal is an answer, too; it must leave nothing behind.
                    self.env.invalidate_all()
                self._assert_holds()
        except AssertionError as error:
            raise AssertionError(f"after {taken}") from error
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
