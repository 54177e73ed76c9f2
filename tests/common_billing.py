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
        """Let ``quantity`` of the part of ``line`` leave to the customer (slip)."""
        move = self.env["stock.move"].create(
            {
                "product_id": line.product_id.id,
                "product_uom_qty": quantity,
                "product_uom": line.product_uom_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "sale_line_id": line.sale_line_id.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        move._action_done()
        return move

    def _approved(self):
        ticket, lines = self._mixed_ticket()
        ticket.action_quote()
        ticket._approve("Mr Zhao", "phone")
        return ticket, lines

    def _finish(self, ticket):
        """Take an approved ticket to Ready."""
        technical = self._as("technician", ticket)
        technical.action_start()
        technical.correction = "Replaced, road test passed"
        technical.line_ids.filtered(
            lambda line: line.line_type == "operation"
        ).action_done()
        technical.action_finish()
        self._as("inspector", ticket).action_pass_inspection()

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
