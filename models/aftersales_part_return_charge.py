from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesPartReturn(models.Model):
    """The new part is charged until the old one is in (R-WAR-05, D-15).

    One invoice for the old parts owed by one issue slip; posted at once, or held as a
    draft until the ticket is invoiced or the part is overdue. What is in, waived or not
    needed after all is taken back by a credit note that settles that invoice. A part
    that comes in bit by bit is several rows of one invoice line, each credited once.
    """

    _inherit = "aftersales.part.return"

    charge_line_id = fields.Many2one(
        "account.move.line",
        string="Charged by",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The line of the invoice that charges this part.",
    )
    credit_line_id = fields.Many2one(
        "account.move.line",
        string="Credited by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    charge_move_id = fields.Many2one(
        related="charge_line_id.move_id", string="Charge", related_sudo=True
    )
    credit_move_id = fields.Many2one(
        related="credit_line_id.move_id", string="Credit note", related_sudo=True
    )
    charge_state = fields.Selection(
        [
            ("none", "Not charged"),
            ("held", "Held"),
            ("charged", "Charged"),
            ("credited", "Taken back"),
        ],
        string="Charge status",
        compute="_compute_charge_state",
        store=True,
        compute_sudo=True,
        index=True,
    )
    charge_currency_id = fields.Many2one(
        related="charge_line_id.currency_id", string="Currency of the charge"
    )
    charge_amount = fields.Monetary(
        "Charged amount",
        currency_field="charge_currency_id",
        compute="_compute_charge_amount",
        compute_sudo=True,
        help="What the customer is charged for this old part, tax included; 0 once it "
        "is taken back.",
    )

    _credit_needs_charge = models.Constraint(
        "CHECK(credit_line_id IS NULL"
        " OR (charge_line_id IS NOT NULL AND state <> 'due'))",
        "Only what was charged can be taken back, once the old part is not due any "
        "more.",
    )
    _credited_once = models.UniqueIndex(
        "(credit_line_id) WHERE credit_line_id IS NOT NULL",
        "A credit note takes the charge of one old part back.",
    )

    @api.depends("charge_line_id.parent_state", "credit_line_id")
    def _compute_charge_state(self):
        for item in self:
            if item.credit_line_id:
                item.charge_state = "credited"
            elif not item.charge_line_id:
                item.charge_state = "none"
            else:
                posted = item.charge_line_id.parent_state == "posted"
                item.charge_state = "charged" if posted else "held"

    @api.depends("charge_state", "quantity", "charge_line_id.price_total")
    def _compute_charge_amount(self):
        for item in self:
            line = item.charge_line_id
            item.charge_amount = (
                line.price_total * item.quantity / line.quantity
                if line.quantity and item.charge_state in ("held", "charged")
                else 0.0
            )

    # -- When -------------------------------------------------------------------------

    def _after_due(self):
        self._charge()
        return super()._after_due()

    def _after_settled(self):
        self._uncharge()
        return super()._after_settled()

    # -- Charging ---------------------------------------------------------------------

    def _charge(self):
        """Charge these old parts as their company wants it, in sudo.

        What is charged already, has no price or nobody to be billed stays as it is.

        :raises UserError: when the books cannot take the invoice
        """
        groups = defaultdict(self.browse)
        for item in self:
            if (
                item.state == "due"
                and not item.charge_line_id
                and item.company_id.aftersales_old_part_charge != "none"
                and item.ticket_id.partner_id
                and not item.ticket_line_id.currency_id.is_zero(
                    item._get_normal_price()
                )
            ):
                groups[item.company_id, item.move_id.picking_id] |= item
        for (company, __), items in groups.items():
            items._check_books(company)
            charge = (
                self.env["account.move"]
                .with_company(company)
                .with_context(mail_create_nosubscribe=True)
                .create(items._prepare_charge_vals())
            )
            for item in items:
                item.charge_line_id = charge.invoice_line_ids.filtered(
                    lambda line, item=item: line.aftersales_charged_part_id == item
                )
            if company.aftersales_old_part_charge == "invoice":
                items._post_charge()

    def _get_normal_price(self):
        """Return the customer's price of one unit of the part, in the currency of the
        ticket line: from his price list, like all prices of the ticket."""
        self.ensure_one()
        ticket = self.ticket_id
        partner = ticket.partner_id.with_company(self.company_id)
        return partner.property_product_pricelist._get_product_price(
            self.product_id,
            self.quantity,
            currency=self.ticket_line_id.currency_id,
            uom=self.product_uom_id,
            date=ticket.reported_at,
        )

    def _prepare_charge_vals(self):
        """Return the values of the invoice that charges these old parts of one slip."""
        ticket = self.ticket_id
        ticket.ensure_one()
        address = ticket.partner_id.address_get(["invoice", "delivery"])
        return {
            "move_type": "out_invoice",
            "company_id": ticket.company_id.id,
            "partner_id": address["invoice"],
            "partner_shipping_id": address["delivery"],
            "currency_id": self.ticket_line_id.currency_id[:1].id,
            "aftersales_ticket_id": ticket.id,
            "invoice_origin": ticket.name,
            "ref": self.env._(
                "%(slip)s: until the old part is in",
                slip=self.picking_id[:1].name,
            ),
            "invoice_user_id": ticket.advisor_id.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": item.product_id.id,
                        "name": self.env._(
                            "%(part)s (under warranty; credited when the old part is "
                            "in)",
                            part=item.product_id.display_name,
                        ),
                        "quantity": item.quantity,
                        "product_uom_id": item.product_uom_id.id,
                        "price_unit": item._get_normal_price(),
                        "aftersales_charged_part_id": item.id,
                    }
                )
                for item in self
            ],
        }

    def _check_due(self):
        result = super()._check_due()
        # Before anything moves: what is charged is taken back in the same step.
        charged = self.filtered(lambda item: item.charge_state == "charged")
        for company, items in charged.grouped("company_id").items():
            items._check_books(company)
        return result

    def _post_charge(self):
        """Post the charges of these old parts that are held (in sudo).

        :raises UserError: in a locked period
        """
        charges = self.charge_move_id.filtered(lambda move: move.state == "draft")
        for company in charges.company_id:
            self._check_books(company)
        if charges:
            charges.invoice_date = fields.Date.context_today(self)
            charges.action_post()
        return charges

    def _check_books(self, company):
        """Refuse to charge or credit where the books are closed for today.

        :raises UserError: naming the part, the date and what to do
        """
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "=", "sale"),
            ],
            limit=1,
        )
        parts = ", ".join(self.mapped("display_name"))
        if not journal:
            raise UserError(
                self.env._(
                    "Old part %(part)s cannot be charged: %(company)s has no sales "
                    "journal. Set up its accounting, or charge nothing for old parts "
                    "(Settings, After-Sales, Parts).",
                    part=parts,
                    company=company.name,
                )
            )
        locks = company._get_violated_lock_dates(
            fields.Date.context_today(self), True, journal
        )
        if locks:
            raise UserError(
                self.env._(
                    "Old part %(part)s: the books of %(company)s are locked until "
                    "%(date)s, so its charge can neither be made nor taken back. Ask "
                    "Finance to open the period.",
                    part=parts,
                    company=company.name,
                    date=fields.Date.to_string(max(date for date, __ in locks)),
                )
            )

    # -- Taking it back ---------------------------------------------------------------

    def _uncharge(self):
        """Take the charge of these old parts back: they are owed no longer (in sudo).

        A posted charge gets a credit note that settles it, a held one is lowered.

        :raises UserError: in a locked period
        """
        live = self.filtered(
            lambda item: (
                item.state != "due" and item.charge_state in ("held", "charged")
            )
        )
        for charge, items in live.grouped("charge_move_id").items():
            if charge.state == "posted":
                items._credit(charge)
            else:
                items._lift(charge)

    def _lift(self, charge):
        """Lower a held ``charge`` by these old parts; empty, it is cancelled."""
        for item in self:
            line = item.charge_line_id
            left = line.quantity - item.quantity
            item.charge_line_id = False
            if item.product_uom_id.compare(left, 0) > 0:
                line.quantity = left
                others = self.search([("charge_line_id", "=", line.id)], limit=1)
                line.aftersales_charged_part_id = others
            else:
                line.unlink()
        if not charge.invoice_line_ids:
            charge.button_cancel()

    def _credit(self, charge):
        """Credit these old parts of one posted ``charge``, and settle it with that."""
        self._check_books(charge.company_id)
        refund = (
            self.env["account.move"]
            .with_company(charge.company_id)
            .with_context(mail_create_nosubscribe=True)
            .create(self._prepare_credit_vals(charge))
        )
        for item in self:
            item.credit_line_id = refund.invoice_line_ids.filtered(
                lambda line, item=item: line.aftersales_credited_part_id == item
            )
        self._settle_cents(charge, refund)
        refund.action_post()
        lines = (charge | refund).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        if len(lines.move_id) > 1:
            lines.reconcile()
        refund._aftersales_set_off()

    def _prepare_credit_vals(self, charge):
        """Return the values of the credit note for these parts of ``charge``."""
        today = fields.Date.context_today(self)
        return {
            "move_type": "out_refund",
            "company_id": charge.company_id.id,
            "journal_id": charge.journal_id.id,
            "partner_id": charge.partner_id.id,
            "partner_shipping_id": charge.partner_shipping_id.id,
            "fiscal_position_id": charge.fiscal_position_id.id,
            "currency_id": charge.currency_id.id,
            "reversed_entry_id": charge.id,
            "invoice_date": today,
            "invoice_origin": charge.invoice_origin,
            "invoice_user_id": charge.invoice_user_id.id,
            "aftersales_ticket_id": charge.aftersales_ticket_id.id,
            "ref": self.env._("Old part of %(charge)s", charge=charge.name),
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": item.product_id.id,
                        "name": item.product_id.display_name,
                        "quantity": item.quantity,
                        "product_uom_id": item.product_uom_id.id,
                        "price_unit": item.charge_line_id.price_unit,
                        "tax_ids": [Command.set(item.charge_line_id.tax_ids.ids)],
                        "account_id": item.charge_line_id.account_id.id,
                        "aftersales_credited_part_id": item.id,
                    }
                )
                for item in self
            ],
        }

    def _settle_cents(self, charge, refund):
        """Let the last credit note of ``charge`` bring it to zero, to the cent.

        Amounts of partial quantities, and their taxes, are rounded one by one.
        """
        rows = self.search([("charge_line_id", "in", charge.invoice_line_ids.ids)])
        if any(not item.credit_line_id for item in rows):
            return
        charged = sum(rows.charge_line_id.mapped("price_total"))
        if charge.invoice_line_ids == rows.charge_line_id:
            # With taxes as they were rounded over the whole invoice.
            charged = charge.amount_total
        credited = sum(rows.credit_move_id.mapped("amount_total"))
        cents = charge.currency_id.round(charged - credited)
        if not charge.currency_id.is_zero(cents):
            line = refund.invoice_line_ids[0]
            refund.invoice_line_ids = [
                Command.create(
                    {
                        "name": self.env._("Rounding"),
                        "quantity": 1.0,
                        "price_unit": cents,
                        "tax_ids": [Command.clear()],
                        "account_id": line.account_id.id,
                        "aftersales_is_part_rounding": True,
                    }
                )
            ]

    # -- Screens ----------------------------------------------------------------------

    @api.readonly
    def action_view_charges(self):
        """Open the invoices and credit notes of these old parts (Finance)."""
        self.ticket_id._check_role("finance")
        return self.ticket_id._action_view_moves(
            self.charge_move_id | self.credit_move_id
        )
