from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

MONEY_GROUPS = "aftersales.group_aftersales_advisor,aftersales.group_aftersales_finance"


class AftersalesTicket(models.Model):
    """The money of a ticket: invoices, payments, what is still due (R-PAY-08)."""

    _inherit = "aftersales.ticket"

    invoice_ids = fields.One2many(
        "account.move",
        "aftersales_ticket_id",
        string="Invoices",
        help="Invoices, down payments and credit notes of every payer.",
    )
    invoice_count = fields.Integer(compute="_compute_invoice_count", compute_sudo=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    payment_state = fields.Selection(
        [
            ("nothing", "Nothing to pay"),
            ("covered", "Covered"),
            ("unpaid", "Unpaid"),
            ("partial", "Partly paid"),
            ("prepaid", "Prepaid"),
            ("credit", "On credit"),
            ("paid", "Paid"),
        ],
        string="Payment",
        compute="_compute_payment_state",
        store=True,
        index="btree",
        compute_sudo=True,
        help="Over all payers: Covered = own warranty, goodwill or internal, nobody is "
        "billed; Prepaid = all that was agreed is paid, the last invoice is to come; "
        "On credit = unpaid, and a guarantor answers for it.",
    )
    amount_total = fields.Monetary(
        "Agreed",
        currency_field="company_currency_id",
        compute="_compute_amounts_billed",
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="Confirmed orders of all payers, with tax, in the company's currency.",
    )
    amount_invoiced = fields.Monetary(
        "Invoiced",
        currency_field="company_currency_id",
        compute="_compute_amounts_billed",
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="Posted invoices less credit notes, with tax.",
    )
    amount_paid = fields.Monetary(
        "Settled",
        currency_field="company_currency_id",
        compute="_compute_amounts_billed",
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="What of the posted invoices is no longer due.",
    )
    amount_due = fields.Monetary(
        "Due",
        currency_field="company_currency_id",
        compute="_compute_payment_state",
        store=True,
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="Open on posted invoices, less open credit notes, with tax.",
    )
    payment_due_date = fields.Date(
        "Payment due",
        compute="_compute_payment_state",
        store=True,
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="The earliest due date among the unpaid invoices.",
    )
    days_overdue = fields.Integer(
        compute="_compute_days_overdue",
        search="_search_days_overdue",
        groups=MONEY_GROUPS,
        help="Days since the payment was due; 0 when it is not due yet.",
    )
    is_long_overdue = fields.Boolean(
        "Overdue beyond the limit",
        compute="_compute_days_overdue",
        search="_search_is_long_overdue",
        groups=MONEY_GROUPS,
        help="Overdue by more than the company's number of days (R-PAY-04).",
    )

    @api.depends("invoice_ids")
    def _compute_invoice_count(self):
        counts = dict(
            self.env["account.move"]._read_group(
                [("aftersales_ticket_id", "in", self.ids)],
                ["aftersales_ticket_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.invoice_count = counts.get(ticket._origin, 0)

    @api.depends("order_ids.state", "order_ids.amount_total", "invoice_ids.state")
    def _compute_amounts_billed(self):
        invoiced = {
            ticket: (total, residual)
            for ticket, total, residual in self.env["account.move"]._read_group(
                [("aftersales_ticket_id", "in", self.ids), ("state", "=", "posted")],
                ["aftersales_ticket_id"],
                ["amount_total_signed:sum", "amount_residual_signed:sum"],
            )
        }
        for ticket in self:
            total, residual = invoiced.get(ticket._origin, (0.0, 0.0))
            ticket.amount_invoiced = total
            ticket.amount_paid = total - residual
            ticket.amount_total = sum(
                order.amount_total / (order.currency_rate or 1.0)
                for order in ticket.order_ids
                if order.state == "sale"
            )

    @api.depends(
        "line_ids.approval",
        "line_ids.payer",
        "line_ids.guarantor_id",
        "credit_guarantor_id",
        "order_ids.state",
        "order_ids.amount_total",
        "order_ids.invoice_status",
        "order_ids.transaction_ids.payment_id.state",
        "invoice_ids.state",
        "invoice_ids.payment_state",
        "invoice_ids.amount_residual_signed",
        "invoice_ids.invoice_date_due",
        "invoice_ids.invoice_line_ids.aftersales_guarantor_id",
    )
    def _compute_payment_state(self):
        for ticket in self:
            posted = ticket.invoice_ids.filtered(lambda move: move.state == "posted")
            ticket.amount_due = sum(posted.mapped("amount_residual_signed"))
            unpaid = posted.filtered(lambda move: move.amount_residual_signed > 0)
            ticket.payment_due_date = min(
                filter(None, unpaid.mapped("invoice_date_due")), default=False
            )
            ticket.payment_state = ticket._get_payment_state(posted, unpaid)

    def _get_payment_state(self, posted, unpaid):
        """Return the key of ``payment_state`` that holds now.

        :param posted: the posted invoices and credit notes of this ticket
        :param unpaid: those among them that are still due
        """
        self.ensure_one()
        confirmed = self.order_ids.filtered(lambda order: order.state == "sale")
        if not confirmed and not posted:
            lines = self.line_ids.filtered(
                lambda line: line.approval in ("proposed", "approved")
            )
            return (
                "covered"
                if lines and lines == self._get_covered_lines()
                else ("nothing")
            )
        if unpaid:
            nobody = self.env["res.users"]
            guarantees = unpaid._aftersales_guarantees()
            if not any(nobody in shares for shares in guarantees.values()):
                return "credit"
            residual = sum(unpaid.mapped("amount_residual_signed"))
            total = sum(posted.mapped("amount_total_signed"))
            currency = self.company_id.currency_id
            return (
                "partial"
                if currency.compare_amounts(residual, total) < 0
                else ("unpaid")
            )
        if all(order.invoice_status == "invoiced" for order in confirmed):
            return "paid"
        received = {order: order._aftersales_amount_received() for order in confirmed}
        if all(
            order.currency_id.compare_amounts(amount, order.amount_total) >= 0
            for order, amount in received.items()
        ):
            return "prepaid"
        return "partial" if any(received.values()) else "unpaid"

    @api.depends("payment_due_date")
    def _compute_days_overdue(self):
        today = fields.Date.context_today(self)
        for ticket in self:
            due = ticket.payment_due_date
            ticket.days_overdue = max((today - due).days, 0) if due else 0
            limit = ticket.company_id.aftersales_overdue_days
            ticket.is_long_overdue = bool(due) and ticket.days_overdue > limit

    def _search_days_overdue(self, operator, value):
        if operator not in (">", ">=") or value < 0:
            return NotImplemented
        day = fields.Date.context_today(self) - relativedelta(
            days=int(value) + (operator == ">")
        )
        return [("payment_due_date", "<=", day)]

    def _search_is_long_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domain = fields.Domain.OR(
            [
                ("company_id", "=", company.id),
                (
                    "payment_due_date",
                    "<",
                    today - relativedelta(days=company.aftersales_overdue_days),
                ),
            ]
            for company in self.env.companies
        )
        return domain if True in value else ~domain

    # -- Invoicing (Finance) ----------------------------------------------------------

    def action_invoice(self):
        """Invoice what was used and done on these tickets, and post it (R-BEY-20).

        One invoice per ticket and payer; deposits are deducted. Advisers and
        technicians cannot take this step.

        :return: action that shows the posted invoices
        :raises UserError: when more was delivered than agreed, or nothing is left to
            invoice
        """
        self._check_role("finance")
        self._lock_step()
        # sudo: invoices arise from the ticket's own orders, role and records are
        # checked above; the accountant edits them in Odoo's screens with his rights
        orders = self.sudo().order_ids.filtered(
            lambda order: order.invoice_status == "to invoice"
        )
        for order in orders:
            order._aftersales_check_agreed()
        if not orders:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: nothing to invoice. Parts count once they are "
                    "issued, operations once they are done.",
                    ticket=", ".join(self.mapped("name")),
                )
            )
        invoices = self.env["account.move"].sudo()
        for company, company_orders in orders.grouped("company_id").items():
            invoices |= company_orders.with_company(company)._aftersales_invoice()
        invoices.action_post()
        invoices._aftersales_set_off()
        return self._action_view_moves(invoices)

    def action_invoice_deposit(self, percent=None):
        """Invoice customer orders in advance, and post it (R-PART-03, R-PAY-12).

        Confirmed orders, and signed ones that wait for their deposit: these are
        confirmed once the deposit invoice is paid.

        :param percent: share of the order's total, 0 < percent <= 100; empty: the
            deposit an order waits for, else all but what is given on credit
        :return: action that shows the posted down payment invoices
        :raises UserError: when nothing is confirmed, or it was invoiced already
        """
        self._check_role("finance")
        self._check_state("quoted", "approved", "in_progress", "inspection", "ready")
        invoices = self.env["account.move"].sudo()
        # sudo: as in action_invoice
        for order in self.sudo()._get_advance_orders():
            vals = order._prepare_aftersales_advance(percent)
            if not vals:
                continue
            wizard = self.env["sale.advance.payment.inv"].sudo()  # as above
            wizard = wizard.with_company(order.company_id).create(vals)
            invoices |= wizard._create_invoices(order)
        if not invoices:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: no signed or confirmed order of a customer is "
                    "without an invoice, or all of it is given on credit.",
                    ticket=", ".join(self.mapped("name")),
                )
            )
        invoices.action_post()
        return self._action_view_moves(invoices)

    def action_register_payment(self):
        """Register money received, in Odoo's own window, for the open invoices.

        :raises UserError: when no posted invoice is open
        """
        self._check_role("finance")
        invoices = self.invoice_ids.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state in ("not_paid", "partial")
            )
        )
        if not invoices:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s has no open invoice. Invoice it first.",
                    ticket=", ".join(self.mapped("name")),
                )
            )
        action = invoices.action_register_payment()
        # Back on the ticket, not on the payment: the next step is there.
        action["context"] = {**action["context"], "dont_redirect_to_payments": True}
        return action

    def action_view_invoices(self):
        """Open the invoices of these tickets (smart button)."""
        self.check_access("read")
        return self._action_view_moves(self.invoice_ids)

    def _action_view_moves(self, moves):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [("id", "in", moves.ids)]
        action["context"] = {"create": False}
        if len(moves) == 1:
            action.update(view_mode="form", views=[(False, "form")], res_id=moves.id)
        return action

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new in ("ready", "delivered", "closed", "cancelled"):
            # sudo: the advisor's reminder that money has come goes with its reason,
            # whoever takes the step
            self.sudo().activity_unlink(["aftersales.activity_paid"])
        return result
