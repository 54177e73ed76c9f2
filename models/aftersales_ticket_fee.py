from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_ticket_gate import NOT_ENTERED_STATES


class AftersalesTicket(models.Model):
    """Leaving without a repair: the fee of diagnosis or estimate (R-DIAG-13)."""

    _inherit = "aftersales.ticket"

    fee_waived_by_id = fields.Many2one(
        "res.users",
        string="Fee waived by",
        readonly=True,
        copy=False,
        help="Let the customer go without a diagnosis or estimate fee.",
    )

    def action_charge_diagnosis_fee(self):
        """Charge the fee when the customer leaves after diagnosis (R-DIAG-13).

        Declines what was proposed, puts the fee on an order of its own and confirms
        it; Finance invoices it and issues the gate pass once it is paid.

        :raises UserError: without a fee product or price, or when it was charged
        """
        self._check_role("advisor")
        self._check_state("diagnosed", "quoted")
        for ticket in self:
            ticket._charge_diagnosis_fee()
        return True

    def _charge_diagnosis_fee(self):
        self.ensure_one()
        product = self._get_fee_product()
        if not product:
            raise UserError(
                self.env._(
                    "%(company)s has no diagnosis fee. Set its product and price under "
                    "After-Sales, Settings, Money.",
                    company=self.company_id.name,
                )
            )
        if self._is_fee_charged():
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the diagnosis fee is charged already.",
                    ticket=self.name,
                )
            )
        # sudo: withdraws the quotations, which advisers may not; role and state are
        # checked by action_charge_diagnosis_fee
        ticket = self.sudo().with_context(aftersales_sync=True)
        ticket.order_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )._action_cancel()
        ticket.line_ids._decline()
        line = ticket.line_ids.create(self._prepare_fee_line_vals(product))
        consent = {
            "by": self.diagnosis_consent_by or self.partner_id.name,
            "how": self.env._("Told before the diagnosis"),
        }
        ticket._billing_sync(create=True)
        line.is_done = True
        # Not consent to a repair: the ticket does not go on to Approved.
        line.sale_line_id.order_id.with_context(
            aftersales_consent=consent
        ).action_confirm()
        line._sync_delivered()
        ticket.outcome = "not_entered"

    def _get_fee_product(self):
        """The priced product of the fee that is due: of an estimate once one was laid
        before the customer, else of a diagnosis; empty when none has a price."""
        self.ensure_one()
        company = self.company_id
        products = company._aftersales_get_diagnosis_fee_product()
        if self.state == "quoted":
            products = company.aftersales_estimate_fee_product_id + products
        return products.with_company(company).filtered("lst_price")[:1]

    def _is_fee_charged(self):
        self.ensure_one()
        company = self.company_id
        fees = (
            company.aftersales_estimate_fee_product_id
            | company._aftersales_get_diagnosis_fee_product()
        )
        return bool(
            self.line_ids.filtered(
                lambda line: line.product_id in fees and line.approval == "approved"
            )
        )

    def _prepare_fee_line_vals(self, product):
        """Values of the line of the fee; never more than the customer was told."""
        vals = {
            "ticket_id": self.id,
            "product_id": product.id,
            "quantity": 1.0,
            "payer": "customer",
        }
        if (
            self.diagnosis_fee_told
            and product == self.company_id._aftersales_get_diagnosis_fee_product()
        ):
            vals["price_unit"] = self.diagnosis_fee_told
        return vals

    def _check_fee_charged(self):
        """Refuse the gate pass of a vehicle that leaves without a repair while its fee
        is neither charged nor waived (R-DIAG-13, R-SETT-19).

        :raises UserError: when a diagnosis was made and the company asks a fee
        """
        self.ensure_one()
        if (
            self.diagnosed_at
            and self.service_mode in ("workshop", "factory")
            and not self.fee_waived_by_id
            and self._get_fee_product()
            and not self._is_fee_charged()
        ):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the customer leaves after our diagnosis "
                    "without a repair. Charge the diagnosis or estimate fee first, or "
                    "let the manager waive it.",
                    ticket=self.name,
                )
            )

    def action_waive_fee(self):
        """Let the customer leave without a fee, as supervisor (R-DIAG-13).

        :raises UserError: when the fee is charged already
        """
        self._check_role("manager")
        self._check_state(*NOT_ENTERED_STATES)
        for ticket in self:
            # sudo: the question only
            if ticket.sudo()._is_fee_charged():
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the diagnosis fee is charged already.",
                        ticket=ticket.name,
                    )
                )
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write({"fee_waived_by_id": self.env.uid, "outcome": "not_entered"})
