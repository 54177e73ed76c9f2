from odoo import fields
from odoo.fields import Command
from odoo.tests import Form

from .common import AftersalesCommon

# A white dot, as base64 PNG.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


class BillingCommon(AftersalesCommon):
    """A ticket whose lines have three payers, and one nobody is billed for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer, cls.maker = cls.env["res.partner"].create(
            [
                {"name": "Ping Insurance", "email": "claims@example.com"},
                {"name": "Feiyue Works", "email": "works@example.com"},
            ]
        )

    def _mixed_ticket(self, **vals):
        """Return a diagnosed ticket with four payers' lines, by payer."""
        ticket = self._diagnosed(
            insurer_id=self.insurer.id, warranty_provider_id=self.maker.id, **vals
        )
        lines = {
            "customer": self._line(ticket, self.brake_pads, quantity=2),
            "labour": self._line(ticket, self.labour, quantity=1.5),
            "insurer": self._line(ticket, self.mirror, payer="insurer"),
            "warranty": self._line(ticket, self.motor, payer="warranty"),
            "goodwill": self._line(ticket, self.mirror, payer="goodwill"),
        }
        return ticket, lines

    def _order(self, ticket, payer="customer"):
        return ticket.sudo().order_ids.filtered(
            lambda order: order.aftersales_payer == payer and order.state != "cancel"
        )

    def _sign(self, order, name="Mr Zhao"):
        """Sign as the customer's page does."""
        public = self.env.ref("base.public_user")
        order = order.with_user(public).sudo()
        order.write(
            {
                "signed_by": name,
                "signature": SIGNATURE,
            }
        )
        if not order._has_to_be_paid():
            order._validate_order()

    def _use(self, line, quantity):
        """Let ``quantity`` of the part of ``line`` leave on a slip Finance has signed.

        What the gate asks before that is tested with the parts; here it is the money,
        so what is not paid yet leaves on the advisor's word.
        """
        ticket = line.ticket_id.sudo()
        warehouse = ticket._get_parts_warehouse()
        source = warehouse.lot_stock_id
        destination, order = line.sudo()._get_parts_destination()
        slip = ticket._create_slips(
            [
                {
                    **ticket._prepare_slip_vals(
                        warehouse.aftersales_issue_type_id, source, destination
                    ),
                    "partner_id": order.partner_shipping_id.id,
                    "aftersales_release_basis": (
                        "credit" if line.release_basis == "paid" else line.release_basis
                    ),
                    "aftersales_guarantor_id": self.user_advisor.id,
                    "aftersales_requested_by": self.user_technician.id,
                    "move_ids": [
                        Command.create(
                            line.sudo()._prepare_part_move_vals(
                                quantity, source, destination, order
                            )
                        )
                    ],
                }
            ]
        )
        slip.write(
            {
                "aftersales_released_by": self.user_finance.id,
                "aftersales_released_at": fields.Datetime.now(),
            }
        )
        move = slip.move_ids
        move.aftersales_released_qty = quantity
        move.write({"quantity": quantity, "picked": True})
        slip._action_done()
        return move

    def _bring_back(self, move, quantity):
        """Let ``quantity`` of what left by ``move`` come back unused."""
        ticket = move.picking_id.aftersales_ticket_id
        slip = ticket._create_return_slips(
            [(move, quantity, self.env["stock.lot"])], "return"
        )
        slip.move_ids.picked = True
        slip._action_done()

    def _approved(self):
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        return ticket, lines

    def _finish(self, ticket):
        """Take an approved ticket to Ready."""
        self._receive(ticket)
        technical = self._as("technician", ticket)
        technical.action_start()
        technical.correction = "Replaced, road test passed"
        technical.line_ids.filtered(
            lambda line: line.line_type == "operation"
        ).action_done()
        self._finish_work(ticket)
        self._inspect(ticket)

    def _settlement(self, ticket):
        """Return the settlement of a ticket, begun by Finance."""
        action = self._as("finance", ticket).action_settlement()
        return (
            self.env["aftersales.settlement"]
            .with_user(self.user_finance)
            .browse(action["res_id"])
        )

    def _settle(self, ticket):
        """Let Finance gather the papers, compare the totals and settle."""
        settlement = self._settlement(ticket)
        settlement.action_check()
        settlement.action_settle()
        return settlement

    def _invoices(self, ticket, payer="customer"):
        return ticket.sudo().invoice_ids.filtered(
            lambda move: (
                payer in move.line_ids.sale_line_ids.order_id.mapped("aftersales_payer")
            )
        )

    def _pay(self, invoices, amount=None):
        """Register a payment in Odoo's own window, as Finance."""
        action = self._as("finance", invoices).action_register_payment()
        with Form.from_action(self.env, action) as form:
            if amount is not None:
                form.amount = amount
        wizard = form.record.with_user(self.user_finance)
        return wizard._create_payments()
