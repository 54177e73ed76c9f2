from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesAppointment(models.Model):
    """The deposit for valuable parts (R-APPT-07, R-PAY-12)."""

    _inherit = "aftersales.appointment"

    payment_ids = fields.One2many(
        "account.payment",
        "aftersales_appointment_id",
        string="Deposits",
        groups="aftersales.group_aftersales_finance",
    )
    deposit_required = fields.Monetary(
        "Deposit to be paid",
        compute="_compute_deposit_required",
        help="The company's percentage of the price of the valuable parts that the "
        "customer pays (R-APPT-07).",
    )
    deposit_received = fields.Monetary(
        compute="_compute_deposit_received", compute_sudo=True
    )

    @api.depends("line_ids.price_subtotal", "line_ids.payer", "line_ids.product_id")
    def _compute_deposit_required(self):
        for appointment in self:
            company = appointment.company_id
            by_list = company.aftersales_appointment_deposit_base == "list"
            base = 0.0
            for line in appointment.line_ids:
                valuable = line.product_id.aftersales_valuable
                if line.payer != "customer" or not valuable:
                    continue
                base += line._get_list_amount() if by_list else line.price_subtotal
            amount = base * company.aftersales_appointment_deposit_percent / 100
            currency = appointment.currency_id
            appointment.deposit_required = (
                currency.round(amount) if currency else amount
            )

    @api.depends("payment_ids.state", "payment_ids.amount")
    def _compute_deposit_received(self):
        for appointment in self:
            received = 0.0
            for payment in appointment.payment_ids:
                if payment.state in ("in_process", "paid"):
                    received += payment.currency_id._convert(
                        payment.amount_signed,
                        appointment.currency_id,
                        appointment.company_id,
                        payment.date,
                    )
            appointment.deposit_received = received

    def _check_before_agree(self, now):
        result = super()._check_before_agree(now)
        if (
            self.currency_id.compare_amounts(
                self.deposit_received, self.deposit_required
            )
            < 0
        ):
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s needs valuable parts: "
                    "%(required)s are paid in advance, %(received)s have been "
                    "received. Let Finance register the deposit.",
                    appointment=self.name,
                    required=self.currency_id.format(self.deposit_required),
                    received=self.currency_id.format(self.deposit_received),
                )
            )
        return result

    def _hand_over(self, following):
        result = super()._hand_over(following)
        # sudo: the money follows the customer's time; role and state are checked
        self.sudo().payment_ids.aftersales_appointment_id = following
        following.invalidate_recordset(["deposit_received"])
        return result

    def action_register_deposit(self):
        """Open Odoo's form of a payment for what is missing of the deposit.

        Finance confirms it there; only confirmed money counts (R-PAY-12).
        """
        self.ensure_one()
        self._check_step(("finance",), ("draft", "agreed", "prepared", "reminded"))
        action = self._prepare_payment_action()
        action["context"].update(
            default_payment_type="inbound",
            default_amount=max(0.0, self.deposit_required - self.deposit_received),
        )
        return action

    def _prepare_payment_action(self):
        """Return the action that opens a payment with this customer."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposit"),
            "res_model": "account.payment",
            "view_mode": "form",
            "context": {
                "default_partner_type": "customer",
                "default_partner_id": self.partner_id.commercial_partner_id.id,
                "default_currency_id": self.currency_id.id,
                "default_company_id": self.company_id.id,
                "default_memo": self.name,
                "default_aftersales_appointment_id": self.id,
            },
        }

    def action_refund_deposit(self):
        """Open Odoo's form of a payment that gives the deposit back.

        For an appointment that has come to nothing; once confirmed the refund is set
        off against the deposit.

        :raises UserError: while the appointment, or the ticket it became, goes on, or
            when nothing is left to give back
        """
        self.ensure_one()
        self._check_step(("finance",), ("cancelled", "no_show", "arrived"))
        if self.state == "arrived" and self.ticket_id.state != "cancelled":
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s has become ticket %(ticket)s; its "
                    "deposit is set off against the invoice.",
                    appointment=self.name,
                    ticket=self.ticket_id.name,
                )
            )
        if self.currency_id.compare_amounts(self.deposit_received, 0.0) <= 0:
            raise UserError(
                self.env._(
                    "Appointment %(appointment)s: there is no deposit to give back.",
                    appointment=self.name,
                )
            )
        action = self._prepare_payment_action()
        action["name"] = self.env._("Refund of the Deposit")
        action["context"].update(
            default_payment_type="outbound", default_amount=self.deposit_received
        )
        return action

    def _release(self):
        result = super()._release()
        for appointment in self:
            if appointment.deposit_received > 0:
                appointment._tell_finance()
        return result

    def _tell_finance(self):
        """Let somebody of Finance decide about the deposit."""
        self.ensure_one()
        finance = self._get_colleague("finance")
        if finance:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Give the deposit back"),
                note=self.end_reason,
                user_id=finance.id,
            )

    def action_view_deposits(self):
        """Open the payments received for this appointment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deposits"),
            "res_model": "account.payment",
            "view_mode": "list,form",
            "domain": [("aftersales_appointment_id", "=", self.id)],
            "context": {"create": False},
        }


class AftersalesAppointmentLine(models.Model):
    _inherit = "aftersales.appointment.line"

    def _get_list_amount(self):
        """Return the line's amount at the product's list price, in its currency."""
        self.ensure_one()
        company = self.company_id
        product = self.product_id.with_company(company)
        price = product.uom_id._compute_price(product.lst_price, self.product_uom_id)
        amount = product.currency_id._convert(
            price * self.quantity,
            self.currency_id,
            company,
            fields.Date.context_today(self),
        )
        return amount
