from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

NOT_ENTERED_STATES = ("assigned", "diagnosed", "quoted", "cancelled")


class AftersalesTicket(models.Model):
    """Nothing leaves before money or a guarantee: credit, fee and gate pass."""

    _inherit = "aftersales.ticket"

    gate_pass_ids = fields.One2many(
        "aftersales.gate.pass", "ticket_id", string="Gate Passes"
    )
    gate_pass_id = fields.Many2one(
        "aftersales.gate.pass",
        compute="_compute_gate_pass_id",
        help="The valid gate pass, if any.",
    )
    credit_guarantor_id = fields.Many2one(
        "res.users",
        string="Credit guarantor",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Answers for what the customer has not paid when the vehicle leaves.",
    )
    credit_vouched_at = fields.Datetime(readonly=True, copy=False)

    @api.depends("gate_pass_ids.state")
    def _compute_gate_pass_id(self):
        for ticket in self:
            ticket.gate_pass_id = ticket.gate_pass_ids.filtered(
                lambda gate_pass: gate_pass.state != "cancelled"
            )[:1]

    def write(self, vals):
        if {"credit_guarantor_id", "credit_vouched_at"} & vals.keys() and not (
            self.env.su
        ):
            raise AccessError(
                self.env._(
                    "Nobody is made guarantor by others: who answers for the money "
                    "vouches himself (Vouch for credit)."
                )
            )
        return super().write(vals)

    # -- Credit -----------------------------------------------------------------------

    def action_vouch_credit(self):
        """Answer in person for what the customer leaves unpaid (R-PART-04, R-PAY-13).

        The advisor becomes guarantor of the open and coming invoices of the ticket's
        customer; Finance then decides on the gate pass.

        :raises UserError: when the ticket is finished with, or somebody else vouched
        """
        self._check_role("advisor")
        self._lock_step()
        for ticket in self:
            if ticket.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is closed; nothing leaves on it any more.",
                        ticket=ticket.name,
                    )
                )
            if ticket.credit_guarantor_id:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(user)s answers for the money already.",
                        ticket=ticket.name,
                        user=ticket.credit_guarantor_id.name,
                    )
                )
        # sudo: the stamp is not editable, and advisers see no invoices; role and
        # state are checked above
        tickets = self.sudo()
        tickets.write(
            {
                "credit_guarantor_id": self.env.uid,
                "credit_vouched_at": fields.Datetime.now(),
            }
        )
        tickets._get_customer_invoices()._aftersales_stamp_guarantors()
        tickets._message_log_batch(
            bodies=dict.fromkeys(
                self.ids,
                self.env._(
                    "%(user)s answers for what the customer has not paid.",
                    user=self.env.user.name,
                ),
            )
        )
        return True

    def action_withdraw_credit(self):
        """Take one's guarantee back while nothing has left on it.

        :raises UserError: by anybody but the guarantor, or once a gate pass is issued
            or the ticket is delivered
        """
        self._check_role("advisor")
        self._lock_step()
        for ticket in self:
            if ticket.credit_guarantor_id != self.env.user:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: you do not answer for its money.",
                        ticket=ticket.name,
                    )
                )
            if ticket.gate_pass_id or ticket.state in ("delivered", "closed"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the vehicle may leave on your word "
                        "already. Let Finance cancel the gate pass first.",
                        ticket=ticket.name,
                    )
                )
        # sudo: the stamp is not editable, and advisers see no invoices; role, person
        # and state are checked above
        tickets = self.sudo()
        tickets.write({"credit_guarantor_id": False, "credit_vouched_at": False})
        tickets._get_customer_invoices()._aftersales_stamp_guarantors()
        tickets._message_log_batch(
            bodies=dict.fromkeys(
                self.ids,
                self.env._(
                    "%(user)s no longer answers for what is unpaid.",
                    user=self.env.user.name,
                ),
            )
        )
        return True

    def _get_customer_invoices(self):
        """Posted invoices and credit notes of the customer's orders."""
        return self.invoice_ids.filtered(
            lambda move: move.state == "posted" and move._aftersales_is_customers()
        )

    # -- Gate pass --------------------------------------------------------------------

    def _get_leave_terms(self):
        """Say on which terms this ticket's vehicle may leave (R-SETT-11, R-SETT-19).

        :return: (reason, amount left unpaid in company currency, guarantors)
        :raises UserError: naming what stands in the way
        """
        self.ensure_one()
        self._check_all_billed()
        customer = self._get_customer_invoices()
        residual = sum(customer.mapped("amount_residual_signed"))
        guarantor = self.env["res.users"]
        if self.company_id.currency_id.compare_amounts(residual, 0.0) > 0:
            unpaid = customer.filtered(lambda move: move.amount_residual_signed > 0)
            guarantees = unpaid._aftersales_guarantees()
            self._check_vouched(guarantees)
            open_amounts = defaultdict(float)
            for shares in guarantees.values():
                for user, (__, amount) in shares.items():
                    open_amounts[user] += amount
            guarantor = guarantor.union(
                *sorted(open_amounts, key=lambda user: (-open_amounts[user], user.id))
            )
            return "credit", residual, guarantor
        if self.state in NOT_ENTERED_STATES:
            self._check_fee_charged()
            return "not_entered", 0.0, guarantor
        if customer:
            return "paid", 0.0, guarantor
        return "covered", 0.0, guarantor

    def _check_vouched(self, guarantees):
        """Refuse while money is open that nobody answers for (R-PAY-13).

        :param guarantees: who answers for the unpaid invoices, see
            ``_aftersales_guarantees``
        :raises UserError: naming the invoice
        """
        for move, shares in guarantees.items():
            vouched = sum(amount for user, (amount, __) in shares.items() if user)
            if move.currency_id.compare_amounts(move.amount_residual, vouched) > 0:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: invoice %(invoice)s is unpaid by "
                        "%(amount)s, and a guarantor answers for %(vouched)s of "
                        "it. Register the payment, or let an advisor answer for "
                        "the rest.",
                        ticket=self.name,
                        invoice=move.name,
                        amount=move.currency_id.format(move.amount_residual),
                        vouched=move.currency_id.format(vouched),
                    )
                )

    def _get_orders_to_bill(self):
        """Return the orders that are invoiced before the vehicle leaves."""
        return self.order_ids.filtered(
            lambda order: order.state == "sale" and order.invoice_status == "to invoice"
        )

    def _check_all_billed(self):
        """Refuse while an answer, an order or an invoice of any payer is missing.

        :raises UserError: naming it
        """
        self.ensure_one()
        for order in self._get_waiting_orders():
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: order %(order)s has not been answered. Let "
                    "%(partner)s sign or decline it.",
                    ticket=self.name,
                    order=order.name,
                    partner=order.partner_id.display_name,
                )
            )
        for line in self.line_ids:
            if (
                line.approval == "approved"
                and line._is_billed()
                and line.sale_line_id.state != "sale"
            ):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: line %(line)s is agreed but on no order.",
                        ticket=self.name,
                        line=line.name,
                    )
                )
        for order in self._get_orders_to_bill():
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: order %(order)s is not invoiced yet.",
                    ticket=self.name,
                    order=order.name,
                )
            )
        for move in self.invoice_ids:
            if move.state == "draft":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: invoice %(invoice)s is still a draft. "
                        "Post it first.",
                        ticket=self.name,
                        invoice=move.display_name,
                    )
                )

    def action_issue_gate_pass(self):
        """Issue the gate pass of each ticket (Finance; R-SETT-11, R-SETT-19).

        :raises UserError: when the work is not finished, something is not invoiced,
            or money is open that nobody else answers for
        """
        self._check_role("finance")
        self._lock_step()
        for ticket in self:
            if ticket.state not in (*NOT_ENTERED_STATES, "ready"):
                ticket._check_state("ready")
            if ticket.gate_pass_id:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s has gate pass %(name)s already.",
                        ticket=ticket.name,
                        name=ticket.gate_pass_id.name,
                    )
                )
        vals_list = [ticket._prepare_gate_pass_vals() for ticket in self]
        # sudo: passes are made by this step only; role and state are checked above
        passes = self.env["aftersales.gate.pass"].sudo().create(vals_list)
        return passes.sudo(False)._get_records_action()

    def _prepare_gate_pass_vals(self):
        """Values of the pass of this ticket, if it may leave.

        :raises UserError: when it may not, or the issuer answers for the money
        """
        self.ensure_one()
        # sudo: the terms are read from orders and invoices of any payer
        reason, residual, guarantor = self.sudo()._get_leave_terms()
        if self.env.user in guarantor:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: you answer for the money yourself. Somebody "
                    "else from Finance issues the gate pass.",
                    ticket=self.name,
                )
            )
        return {
            "company_id": self.company_id.id,
            "ticket_id": self.id,
            "vehicle_id": self.vehicle_id.id,
            "partner_id": self.partner_id.id,
            "reason": reason,
            "amount_open": residual,
            "guarantor_id": guarantor[:1].id,
            "guarantor_ids": [Command.set(guarantor.ids)],
            "issued_by_id": self.env.uid,
            "issued_at": fields.Datetime.now(),
        }

    def action_view_gate_pass(self):
        """Open the valid gate pass of this ticket (smart button)."""
        self.ensure_one()
        return self.gate_pass_id._get_records_action()
