from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    aftersales_ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Service Ticket",
        index="btree_not_null",
        copy=False,
        readonly=True,
        check_company=True,
        help="The service ticket whose lines this order quotes and bills.",
    )
    aftersales_payer = fields.Selection(
        [
            ("customer", "Customer"),
            ("warranty", "Warranty"),
            ("goodwill", "Goodwill"),
            ("internal", "Internal"),
            ("insurer", "Insurer"),
        ],
        string="Payer",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="On whose account the ticket's lines of this order are (R-BEY-20).",
    )

    _aftersales_payer_check = models.Constraint(
        "CHECK((aftersales_ticket_id IS NULL) = (aftersales_payer IS NULL))",
        "An order of a service ticket must say who pays.",
    )

    def _aftersales_sync_lines(self, lines):
        """Make the products of this open order those of the ticket `lines`.

        An order left without lines is deleted, or cancelled once it was sent.

        :param lines: ticket lines (in sudo) this order must carry, or None
        :return: whether anything changed
        """
        self.ensure_one()
        lines = (
            lines.with_env(self.env) if lines else (self.env["aftersales.ticket.line"])
        )
        surplus = self.order_line._aftersales_billable().filtered(
            lambda order_line: not order_line.aftersales_line_ids & lines
        )
        changed = bool(surplus)
        surplus.unlink()
        to_create = lines.browse()
        for line in lines:
            if line.sale_line_id.order_id != self:
                to_create |= line
            elif vals := line._get_order_line_changes(self):
                line.sale_line_id.write(vals)
                changed = True
        if to_create:
            changed = True
            order_lines = self.env["sale.order.line"].create(
                [
                    {"order_id": self.id, **line._prepare_order_line_vals(self)}
                    for line in to_create
                ]
            )
            for line, order_line in zip(to_create, order_lines, strict=True):
                line.sale_line_id = order_line
        if not lines and not self._aftersales_keeps_empty():
            if self.state == "draft":
                self.unlink()
            else:
                self._action_cancel()
        elif changed and self.state == "sent":
            self._message_log(
                body=self.env._("The quotation changed with the lines of its ticket.")
            )
        return changed

    def _aftersales_keeps_empty(self):
        """Hook: whether this order stays open without any line."""
        return False

    def write(self, vals):
        if {"partner_id", "aftersales_ticket_id", "aftersales_payer"} & vals.keys():
            for order in self.filtered("aftersales_ticket_id"):
                if not order._aftersales_in_sync():
                    raise UserError(
                        self.env._(
                            "Order %(order)s belongs to service ticket %(ticket)s. "
                            "Change who pays on the ticket; the order follows.",
                            order=order.name,
                            # sudo: the name only, for who may edit the order
                            ticket=order.sudo().aftersales_ticket_id.name,
                        )
                    )
        if vals.get("signature"):
            vals = {**vals, "aftersales_signed_how": self._aftersales_get_sign_way()}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_aftersales_answered(self):
        for order in self.filtered("aftersales_ticket_id"):
            if order.state != "draft":
                raise UserError(
                    self.env._(
                        "Order %(order)s belongs to a service ticket and was already "
                        "sent; it is kept as a record. Cancel it instead.",
                        order=order.name,
                    )
                )

    def _aftersales_get_covered(self):
        """Ticket lines to print on this order as costing nothing.

        The customer sees what is covered and what he brought himself; other payers
        see their own lines only.

        :return: (covered lines, parts the customer brought)
        """
        self.ensure_one()
        # sudo: the customer has no rights on tickets; he sees lines of his own only
        ticket = self.sudo().aftersales_ticket_id
        lines = ticket.line_ids.browse()
        if self.aftersales_payer != "customer":
            return lines, lines
        covered = ticket._get_covered_lines()
        brought = ticket.line_ids.filtered(
            lambda line: (
                line.line_type == "part"
                and line.supply == "customer"
                and line.approval in ("proposed", "approved")
            )
        )
        return covered - brought, brought

    @api.readonly
    def action_view_aftersales_ticket(self):
        """Open the service ticket this order belongs to (smart button)."""
        self.ensure_one()
        return self.aftersales_ticket_id._get_records_action()
