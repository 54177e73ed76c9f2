import os
from collections import Counter, defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import float_is_zero

from .common_parts import PartsCommon

# More of them: AFTERSALES_EXAMPLES=100 scripts/test tests/test_parts_hypothesis.py
EXAMPLES = int(os.environ.get("AFTERSALES_EXAMPLES", "4"))
STEPS = (
    "request",
    "release",
    "issue",
    "issue_some",
    "take_back",
    "return",
    "lend",
    "loan_return",
    "keep",
    "more",
    "cancel",
    "invoice",
)


class RolledBack(Exception):
    """Ends an example; nothing of it stays."""


class NothingToDoError(UserError):
    """There is no record for the step that was drawn: as if it had been refused."""

    def __init__(self):
        super().__init__(self.__doc__)


@tagged("post_install", "-at_install")
class TestPartsHypothesis(PartsCommon):
    """issued − returned = used = delivered = invoiced or expensed (R-PART-16).

    Whatever is asked for, released, handed out in part, lent, brought back, kept or
    cancelled, in whatever order: by the piece, by the dozen, by serial and lot number,
    for the customer's money and for ours.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stock = cls.warehouse.lot_stock_id
        cls.oil = cls._part("Axle oil", 40.0, 15.0, tracking="lot")
        cls.oil.invoice_policy = "delivery"
        for name in ("OIL-A", "OIL-B"):
            lot = cls.env["stock.lot"].create({"name": name, "product_id": cls.oil.id})
            cls.env["stock.quant"]._update_available_quantity(
                cls.oil, stock, 7, lot_id=lot
            )
        cls.env["stock.quant"]._update_available_quantity(cls.mirror, stock, 52)
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.ticket = cls._approved(
            (cls.brake_pads, {"release_basis": "credit", "quantity": 6}),
            (
                cls.mirror,
                {
                    "release_basis": "credit",
                    "quantity": 2,
                    "product_uom_id": cls.dozen.id,
                },
            ),
            (cls.pump, {"payer": "internal", "quantity": 3}),
            (cls.oil, {"payer": "goodwill", "quantity": 5}),
        ).sudo()
        cls.lines = cls.ticket.line_ids
        cls.lines.filtered("sale_line_id").guarantor_id = cls.user_advisor
        cls.parts = cls.lines.product_id
        cls.env.flush_all()
        cls.first = {
            part: cls._count_at(part, [("location_id", "child_of", stock.id)])
            for part in cls.parts
        }

    @classmethod
    def _count_at(cls, part, domain):
        quants = cls.env["stock.quant"].search([("product_id", "=", part.id), *domain])
        return sum(quants.mapped("quantity"))

    # -- Steps ------------------------------------------------------------------------

    def _open(self, *kinds, released=None):
        return self.ticket.picking_ids.filtered(
            lambda slip: (
                slip.aftersales_kind in kinds
                and slip.state not in ("done", "cancel")
                and (released is None or bool(slip.aftersales_released_by) == released)
            )
        ).sorted("id")

    def _pick(self, records, number):
        if not records:
            raise NothingToDoError
        return records[number % len(records)]

    def _grain(self, unit):
        """Return the least quantity that is handed about: half a dozen, one piece."""
        return 0.5 if unit == self.dozen else 1.0

    def _entries(self, slip, amount):
        """Return what the keeper counts: ``amount`` grains of each part at most."""
        entries = []
        for move in slip._aftersales_open_moves():
            grain = self._grain(move.product_uom)
            left = min(move.product_uom_qty, amount * grain)
            if slip.aftersales_kind in ("return", "loan_return"):
                for line in move.move_line_ids:
                    part = min(line.quantity, left)
                    left -= part
                    entries.append((move, part, line.lot_id))
            elif move.product_id.tracking == "none":
                entries.append((move, left, self.env["stock.lot"]))
            else:
                quants = self.env["stock.quant"]._gather(
                    move.product_id, move.location_id
                )
                for quant in quants.filtered("lot_id").sorted("id"):
                    part = min(max(quant.quantity, 0), left)
                    if part:
                        left -= part
                        entries.append((move, part, quant.lot_id))
        return entries

    def _hand_out(self, slip, amount):
        slip.with_user(self.user_parts_keeper)._aftersales_process(
            self._entries(slip, amount)
        )

    def _give(self, kind, number, amount):
        """Borrow or give back through the wizard, as the technician."""
        method = {
            "loan": "action_loan_parts",
            "return": "action_return_parts",
            "loan_return": "action_return_loan",
        }[kind]
        ticket = self.ticket.with_user(self.user_technician).sudo(False)
        action = getattr(ticket, method)()
        wizard = ticket.env[action["res_model"]].browse(action["res_id"])
        line = self._pick(wizard.line_ids, number)
        product = line.product_id
        if line.product_uom_id != self.dozen and product == self.mirror:
            line.quantity = 6
        else:
            line.quantity = min(amount, 2) * self._grain(line.product_uom_id)
        wizard.action_confirm()

    def _step(self, name, number, amount):
        if name == "request":
            self.ticket.with_user(self.user_technician).sudo(
                False
            ).action_request_parts()
        elif name == "release":
            self._release(
                self._pick(self._open("issue", "loan", released=False), number)
            )
        elif name == "issue":
            self._hand_out(
                self._pick(self._open("issue", "loan", released=True), number), 99
            )
        elif name == "issue_some":
            self._hand_out(
                self._pick(self._open("issue", "loan", released=True), number), amount
            )
        elif name == "take_back":
            self._hand_out(self._pick(self._open("return", "loan_return"), number), 99)
        elif name == "return":
            self._give("return", number, amount)
        elif name == "lend":
            self._give("loan", number, amount)
        elif name == "loan_return":
            self._give("loan_return", number, amount)
        elif name == "keep":
            loans = self.ticket.picking_ids.filtered(
                lambda slip: slip._aftersales_is_lent()
            )
            loan = self._pick(loans.sorted("id"), number)
            loan.with_user(self.user_technician).sudo(
                False
            ).action_aftersales_keep_loan()
        elif name == "more":
            slip = self._pick(self._open("issue"), number)
            move = slip._aftersales_open_moves()[:1]
            slip.with_user(self.user_parts_keeper)._aftersales_ask_more(
                {move: move.product_uom_qty + self._grain(move.product_uom)}
            )
        elif name == "cancel":
            slip = self._pick(
                self._open("issue", "loan", "return", "loan_return"), number
            )
            slip.with_user(self.user_parts_keeper).action_aftersales_cancel()
        else:
            self.ticket.with_user(self.user_finance).action_invoice()

    # -- What must hold after each ----------------------------------------------------

    def _assert_account(self, after):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["aftersales.part.balance"].search(
            [("ticket_id", "=", self.ticket.id)]
        )
        out = Counter()
        for row in rows:
            words = f"{row.product_id.name} after {after}"
            self.assertAlmostEqual(row.difference, 0, 4, words)
            self.assertAlmostEqual(
                row.qty_out - row.qty_back, row.qty_used + row.qty_on_loan, 4, words
            )
            self.assertAlmostEqual(row.qty_used, row.qty_booked, 4, words)
            self.assertGreaterEqual(row.qty_used, 0, words)
            self.assertGreaterEqual(row.qty_on_loan, 0, words)
            if after == "invoice" and row.ticket_line_id.sale_line_id:
                self.assertAlmostEqual(row.qty_invoiced, row.qty_used, 4, words)
            line = row.ticket_line_id
            unit = line.product_uom_id
            self.assertAlmostEqual(
                row.qty_used,
                unit._compute_quantity(line.qty_used, row.product_uom_id),
                2,
                words,
            )
            out[row.product_id] += row.qty_used + row.qty_on_loan
        stock = [("location_id", "child_of", self.warehouse.lot_stock_id.id)]
        for part, before in self.first.items():
            self.assertAlmostEqual(
                self._count_at(part, stock) + out[part],
                before,
                4,
                f"{part.name} lost or doubled after {after}",
            )
        self._assert_numbers(after)

    def _assert_numbers(self, after):
        """Each serial number is in one place, each lot is there once in all."""
        places = defaultdict(float)
        quants = self.env["stock.quant"].search(
            [("product_id", "in", (self.pump | self.oil).ids), ("quantity", "!=", 0)]
        )
        for quant in quants:
            if quant.location_id.usage == "customer" or not quant.lot_id:
                continue
            self.assertGreater(quant.quantity, 0, f"{quant.lot_id.name} after {after}")
            places[quant.lot_id] += quant.quantity
        for lot, quantity in places.items():
            there = 1 if lot.product_id == self.pump else 7
            self.assertEqual(quantity, there, f"{lot.name} after {after}")

    def _settle(self):
        """End all that is open; then what is used is invoiced, or is our cost."""
        for slip in self._open("issue", "loan", "return", "loan_return"):
            slip.action_cancel()
        while any(
            not float_is_zero(line.qty_on_loan, precision_digits=2)
            for line in self.lines
        ):
            ticket = self.ticket.with_user(self.user_technician).sudo(False)
            action = ticket.action_return_loan()
            wizard = ticket.env[action["res_model"]].browse(action["res_id"])
            for line in wizard.line_ids:
                line.quantity = line.maximum
            wizard.action_confirm()
            self._hand_out(self._open("loan_return")[:1], 999)
            self.env.invalidate_all()
        if "to invoice" in self.ticket.order_ids.mapped("invoice_status"):
            self._step("invoice", 0, 0)
        self._assert_account("invoice")
        for loan in self.ticket.picking_ids:
            if loan.aftersales_kind == "loan" and loan.state == "done":
                self.assertTrue(loan.aftersales_loan_settled)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(STEPS + ("release", "issue", "take_back")),
                st.integers(0, 5),
                st.integers(1, 4),
            ),
            min_size=25,
            max_size=45,
        )
    )
    def test_any_sequence(self, steps):
        try:
            with self.env.cr.savepoint():
                # An order begins with something out.
                for step in (("request", 0, 0), ("release", 0, 0), ("issue", 0, 0)):
                    self._step(*step)
                for step in steps:
                    try:
                        with self.env.cr.savepoint():
                            self._step(*step)
                            self.env.flush_all()
                    except UserError:
                        # A refusal is an answer, too; it leaves nothing behind.
                        self.env.invalidate_all()
                        continue
                    self._assert_account(step[0])
                self._settle()
                raise RolledBack
        except RolledBack:
            self.env.invalidate_all(flush=False)
