from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_referral_steps import ACTIVITY


class AftersalesPurchaseIntent(models.Model):
    """A purchase that came about by after-sales' word earns a fee (R-INC-01)."""

    _inherit = "aftersales.purchase.intent"

    sale_order_id = fields.Many2one(
        "sale.order",
        "What was bought",
        index="btree_not_null",
        check_company=True,
        copy=False,
        tracking=True,
        domain="[('partner_id.commercial_partner_id', '=', commercial_partner_id),"
        " ('aftersales_ticket_id', '=', False), ('company_id', '=', company_id)]",
        help="The order by which the customer has bought; a referral fee counts from "
        "it.",
    )
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id")
    referral_ids = fields.One2many(
        "aftersales.referral", "intent_id", string="Referral fees"
    )
    referral_id = fields.Many2one(
        "aftersales.referral", "Referral fee", compute="_compute_referral_id"
    )

    @api.depends("referral_ids.state")
    def _compute_referral_id(self):
        for intent in self:
            live = intent.referral_ids.filtered(lambda fee: fee.state != "cancelled")
            intent.referral_id = live[:1]

    def write(self, vals):
        if "sale_order_id" in vals and not self.env.su:
            self._check_order_writable()
        return super().write(vals)

    def _check_order_writable(self):
        """Raise unless the user sells to them, or manages, and no fee counts yet."""
        user = self.env.user
        manager = user.has_group("aftersales.group_aftersales_manager")
        for intent in self:
            if user != intent.user_id and not manager:
                raise AccessError(
                    self.env._(
                        "What %(customer)s has bought is said by %(user)s.",
                        customer=intent.partner_id.display_name,
                        user=intent.user_id.name,
                    )
                )
            # sudo: whether there is a fee, whoever asks
            if intent.sudo().referral_id:
                raise UserError(
                    self.env._(
                        "A referral fee counts from the order of %(customer)s; cancel "
                        "it first.",
                        customer=intent.partner_id.display_name,
                    )
                )

    def action_won(self):
        """State that the customer has bought; where the order is told, a fee begins."""
        result = super().action_won()
        # sudo: an order of sales, of which only the state is asked
        self.sudo().filtered(
            lambda intent: (
                intent.sale_order_id.state == "sale"
                and intent.provider_id != intent.user_id
            )
        )._begin_referral()
        return result

    def action_begin_referral(self):
        """Begin the referral fee of a purchase: the salesperson, Finance, a manager.

        :raises AccessError: by anybody else
        :raises UserError: without a confirmed order of this customer
        """
        self.ensure_one()
        self.check_access("read")
        self._check_step("won")
        user = self.env.user
        if user != self.user_id and not user.has_group(
            "aftersales.group_aftersales_finance"
        ):
            raise AccessError(
                self.env._(
                    "The referral fee for %(customer)s is begun by %(user)s or "
                    "Finance.",
                    customer=self.partner_id.display_name,
                    user=self.user_id.name,
                )
            )
        # sudo: fees are begun by this step only; who and state are checked above
        return self.sudo()._begin_referral().with_env(self.env)._get_records_action()

    def _begin_referral(self):
        """Create the fee of each of these intents, and call the salesperson (in sudo).

        :raises UserError: without a confirmed order of this customer
        """
        vals_list = []
        for intent in self:
            order = intent.sale_order_id
            if (
                order.state != "sale"
                or order.partner_id.commercial_partner_id
                != intent.partner_id.commercial_partner_id
            ):
                raise UserError(
                    self.env._(
                        "Enter the confirmed order of %(customer)s first.",
                        customer=intent.partner_id.display_name,
                    )
                )
            if intent.provider_id == intent.user_id:
                raise UserError(
                    self.env._(
                        "%(user)s has told of it and sold: there is nobody to pay.",
                        user=intent.user_id.name,
                    )
                )
            company = intent.company_id
            untaxed = order.currency_id._convert(
                order.amount_untaxed,
                company.currency_id,
                company,
                order.date_order or fields.Date.today(),
            )
            vals_list.append(
                {
                    "company_id": company.id,
                    "intent_id": intent.id,
                    "sale_order_id": order.id,
                    "informer_id": intent.provider_id.id,
                    "payer_id": intent.user_id.id,
                    "amount_order": untaxed,
                    "commission": company.currency_id.round(
                        untaxed * company.aftersales_commission_percent / 100
                    ),
                    "percent": company.aftersales_referral_percent,
                }
            )
        referrals = self.env["aftersales.referral"].create(vals_list)
        for referral in referrals:
            referral.activity_schedule(
                ACTIVITY,
                summary=self.env._("Confirm your commission and the referral fee"),
                user_id=referral.payer_id.id,
            )
        return referrals

    @api.readonly
    def action_view_referral(self):
        """Open the referral fee of this purchase."""
        self.ensure_one()
        self.check_access("read")
        return self.referral_id._get_records_action()
