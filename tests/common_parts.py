from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form

from .common import AftersalesCommon


class PartsCommon(AftersalesCommon):
    """Tickets brought to the point where parts are asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vehicle.write(
            {
                "warranty_start_date": "2020-01-01",
                "warranty_end_date": "2099-12-31",
            }
        )
        cls.pump = cls._part(
            "Coolant pump", 300.0, 200.0, tracking="serial", aftersales_valuable=True
        )
        cls.serials = cls.env["stock.lot"].create(
            [{"name": f"PUMP-{n}", "product_id": cls.pump.id} for n in range(1, 5)]
        )
        for lot in cls.serials:
            cls.env["stock.quant"]._update_available_quantity(
                cls.pump, cls.warehouse.lot_stock_id, 1, lot_id=lot
            )
        (cls.motor | cls.brake_pads | cls.mirror | cls.pump).invoice_policy = "delivery"

    @classmethod
    def _approved(cls, *specs, **vals):
        """Return a ticket whose lines their payers have agreed to.

        :param specs: ``(product, values of the line)``
        """
        ticket = cls._diagnosed(**vals)
        for product, line_vals in specs:
            cls._line(ticket, product, **line_vals)
        ticket.action_quote()
        orders = ticket.sudo().order_ids
        if orders:
            orders.action_confirm()
        if ticket.state == "quoted":
            ticket._approve("Mr Zhao", "phone")
        return ticket

    @classmethod
    def _judge(cls, lines):
        """Record that nobody caused the damage of ``lines``."""
        lines = lines.with_user(cls.user_technician)
        lines.write({"cause_evidence": "Bearing run dry, photo in chatter"})
        lines.action_cause_none()

    @classmethod
    def _request(cls, ticket, user=None):
        """Ask for the parts of ``ticket``; return the new slips, as superuser."""
        before = ticket.sudo().picking_ids
        ticket.with_user(user or cls.user_technician).action_request_parts()
        ticket.invalidate_recordset()
        return ticket.sudo().picking_ids - before

    @classmethod
    def _release(cls, slips, user=None):
        slips.with_user(user or cls.user_finance).action_aftersales_release()

    @classmethod
    def _issue(cls, slip, quantities=None, lots=None):
        """Hand ``slip`` out or take it back at the counter.

        :param quantities: dict of product -> quantity; empty: all that is asked for
        :param lots: serial numbers to choose, in order
        """
        action = slip.with_user(cls.user_parts_keeper).action_aftersales_issue()
        wizard = (
            cls.env[action["res_model"]]
            .with_user(cls.user_parts_keeper)
            .browse(action["res_id"])
        )
        if lots is not None:
            move = wizard.line_ids.move_id[:1]
            wizard.line_ids.unlink()
            wizard.line_ids = [
                Command.create({"move_id": move.id, "lot_id": lot.id, "quantity": 1})
                for lot in lots
            ]
        for line in wizard.line_ids:
            if quantities is not None:
                line.quantity = quantities.get(line.product_id, 0.0)
        wizard.action_confirm()
        return wizard

    @classmethod
    def _transfer(cls, ticket, kind, quantities, user=None):
        """Borrow or give back parts; return the new slip, as superuser.

        :param quantities: dict of product -> quantity, or of lot -> quantity
        """
        before = ticket.sudo().picking_ids
        method = {
            "loan": "action_loan_parts",
            "return": "action_return_parts",
            "loan_return": "action_return_loan",
        }[kind]
        user = user or cls.user_technician
        action = getattr(ticket.with_user(user), method)()
        wizard = cls.env[action["res_model"]].with_user(user).browse(action["res_id"])
        for line in wizard.line_ids:
            key = line.lot_id if line.lot_id in quantities else line.product_id
            line.quantity = quantities.get(key, 0.0)
        wizard.action_confirm()
        ticket.invalidate_recordset()
        return ticket.sudo().picking_ids - before

    @classmethod
    def _pay(cls, order, amount):
        """Put ``amount`` for ``order`` into the books as a paid deposit."""
        wizard = (
            cls.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": amount})
        )
        invoice = wizard._create_invoices(order)
        invoice.action_post()
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        return invoice

    @contextmanager
    def _refused(self, regex, error=UserError):
        """Expect a refusal that leaves nothing behind, as a request's would."""
        with self.assertRaisesRegex(error, regex), self.env.cr.savepoint():
            yield
            self.env.flush_all()

    def _form(self, record, view, user):
        """Open ``record`` in ``view`` as ``user``: what a browser would read."""
        return Form(record.with_user(user), view)

    def _counter(self, slip):
        """Open ``slip`` at the counter as the parts keeper: the wizard's form."""
        action = slip.with_user(self.user_parts_keeper).action_aftersales_issue()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        view = "aftersales.parts_issue_view_form"
        return self._form(wizard, view, self.user_parts_keeper)
