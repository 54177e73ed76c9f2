from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

BILLED_APPROVALS = ("proposed", "approved")
# Where something can still be added to work that was agreed.
ADDITIONAL_STATES = ("approved", "in_progress", "inspection")


class AftersalesTicket(models.Model):
    """Who pays for what, and the orders they answer: one per payer (R-BEY-20)."""

    _inherit = "aftersales.ticket"

    # sudo: the currency of a dealer's list, also for who may not see its prices
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", compute_sudo=True
    )
    insurer_id = fields.Many2one(
        "res.partner",
        check_company=True,
        index="btree_not_null",
        help="Who is billed for the lines the insurer pays.",
    )
    warranty_provider_id = fields.Many2one(
        "res.partner",
        compute="_compute_warranty_provider_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index="btree_not_null",
        help="Who is billed for warranty lines, for instance the maker. Empty: the "
        "company bears them itself.",
    )
    order_ids = fields.One2many(
        "sale.order",
        "aftersales_ticket_id",
        string="Orders",
        help="One per payer, and one more for what is agreed later.",
    )
    order_count = fields.Integer(
        compute="_compute_order_count",
        compute_sudo=True,
        help="Orders that are not cancelled.",
    )
    order_waiting_count = fields.Integer(
        compute="_compute_order_count",
        compute_sudo=True,
        help="Quotations that wait for an answer from customer or insurer.",
    )
    order_advance_count = fields.Integer(
        compute="_compute_order_count",
        compute_sudo=True,
        help="Customer's orders that can be invoiced in advance.",
    )
    order_to_invoice_count = fields.Integer(
        compute="_compute_order_count",
        compute_sudo=True,
        help="Orders with something used or done that is not invoiced yet.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_currency_id(self):
        for ticket in self:
            pricelist = ticket.partner_id.with_company(
                ticket.company_id
            ).property_product_pricelist
            ticket.currency_id = pricelist.currency_id or ticket.company_id.currency_id

    @api.depends("company_id")
    def _compute_warranty_provider_id(self):
        for ticket in self:
            # sudo: a setting of the ticket's company, whatever the reader's rights
            ticket.warranty_provider_id = (
                ticket.sudo().company_id.aftersales_warranty_provider_id
            )

    @api.depends(
        "order_ids.state",
        "order_ids.signature",
        "order_ids.invoice_status",
        "order_ids.order_line.invoice_lines",
    )
    def _compute_order_count(self):
        for ticket in self:
            orders = ticket.order_ids.filtered(lambda order: order.state != "cancel")
            ticket.order_count = len(orders)
            ticket.order_waiting_count = len(ticket._get_waiting_orders())
            ticket.order_advance_count = len(ticket._get_advance_orders())
            ticket.order_to_invoice_count = len(
                orders.filtered(lambda order: order.invoice_status == "to invoice")
            )

    # -- Who pays ---------------------------------------------------------------------

    def _get_payer_partner(self, payer):
        """Return who is billed for lines of ``payer``, or nobody.

        :param payer: a key of the lines' ``payer``
        :return: res.partner; empty when the company bears the cost itself
        """
        self.ensure_one()
        if payer == "customer":
            return self.partner_id
        if payer == "insurer":
            return self.insurer_id
        if payer == "warranty":
            return self.warranty_provider_id
        return self.env["res.partner"]

    def _get_covered_lines(self):
        """Lines shown as covered on estimate and settlement: not declined, nobody
        outside the company is billed for them."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: (
                line.approval in BILLED_APPROVALS
                and line.payer != "customer"
                and not self._get_payer_partner(line.payer)
            )
        )

    def _get_waiting_orders(self):
        """Orders of these tickets that somebody outside has still to answer."""
        return self.order_ids._aftersales_needs_answer().filtered(
            lambda order: order.state in ("draft", "sent")
        )

    def _get_advance_orders(self):
        """Customers' orders to invoice in advance: confirmed ones, and signed ones
        that wait for their deposit, without any invoice."""
        return self.order_ids.filtered(
            lambda order: (
                order.aftersales_payer == "customer"
                and (order.state == "sale" or order._aftersales_waits_for_deposit())
                and not order.order_line.invoice_lines
            )
        )

    def write(self, vals):
        payers = {"partner_id", "insurer_id", "warranty_provider_id"} & vals.keys()
        if payers:
            self._check_payer_change(payers, vals)
        result = super().write(vals)
        if payers:
            self._billing_sync()
        return result

    def _check_payer_change(self, names, vals):
        """Refuse to change a payer who has answered an order already.

        :raises UserError: naming the order
        """
        payer_of = {
            "partner_id": "customer",
            "insurer_id": "insurer",
            "warranty_provider_id": "warranty",
        }
        # sudo: who edits the ticket need not see orders; only a name is shown
        for order in self.sudo().order_ids:
            for name in names:
                if (
                    order.aftersales_payer == payer_of[name]
                    and order.state != "cancel"
                    and not order._aftersales_is_open()
                    and order.aftersales_ticket_id[name].id != vals[name]
                ):
                    raise UserError(
                        self.env._(
                            "Ticket %(ticket)s: %(partner)s has signed or confirmed "
                            "order %(order)s. Cancel that order before you change "
                            "who pays.",
                            ticket=order.aftersales_ticket_id.name,
                            partner=order.partner_id.display_name,
                            order=order.name,
                        )
                    )

    # -- Orders follow the lines ------------------------------------------------------

    def action_quote(self):
        """Lay the estimate before those who pay: one quotation per payer (R-EST-05).

        :raises UserError: when there is nothing on the estimate, or a payer is missing
        """
        self._billing_check_payers()
        result = super().action_quote()
        self._billing_sync(create=True)
        return result

    def action_create_quotations(self):
        """Create what is missing among the orders of these tickets, one per payer.

        Lines added after a payer's order was confirmed go to an additional order
        (R-ADD-03). Lines nobody is billed for go to none.

        :raises UserError: when the ticket is not at a stage where it is quoted, a
            payer is missing, or there is nothing left to quote
        """
        self._check_role("advisor")
        self._check_state("diagnosed", "quoted", *ADDITIONAL_STATES)
        self._billing_check_payers()
        diagnosed = self.filtered(lambda ticket: ticket.state == "diagnosed")
        if diagnosed:
            diagnosed.action_quote()
        if (self - diagnosed) and not (self - diagnosed)._billing_sync(create=True):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: every line is on an order already, or nobody "
                    "is billed for it.",
                    ticket=", ".join((self - diagnosed).mapped("name")),
                )
            )
        return True

    def _billing_check_payers(self):
        """Raise UserError when a line names a payer whom the ticket does not know."""
        for ticket in self:
            for line in ticket.line_ids:
                if (
                    line.approval in BILLED_APPROVALS
                    and line.payer in ("customer", "insurer")
                    and not ticket._get_payer_partner(line.payer)
                ):
                    raise UserError(
                        self.env._(
                            "Ticket %(ticket)s: line %(line)s is paid by the "
                            "%(payer)s; enter who that is on the ticket.",
                            ticket=ticket.name,
                            line=line.name,
                            payer=line.payer,
                        )
                    )

    def _billing_sync(self, create=False, payers=None):
        """Bring the open orders of these tickets in step with their lines.

        :param create: also make the orders that are missing; otherwise only payers
            who have an open quotation get new lines
        :param payers: the payers whose orders may be made; empty: all
        :return: the orders that were created or changed
        """
        # sudo: advisors and technicians hold no sales rights; the callers have
        # checked role and state, or the write on the lines was allowed
        tickets = self.sudo().with_context(aftersales_sync=True)
        before = tickets.order_ids
        open_orders = {}
        for order in before:
            if order._aftersales_is_open():
                key = (order.aftersales_ticket_id, order.aftersales_payer)
                open_orders.setdefault(key, order)
        wanted = defaultdict(lambda: self.env["aftersales.ticket.line"].sudo())
        for line in tickets.line_ids:
            if line._is_billed() and line._is_order_open():
                wanted[line.ticket_id, line.payer] |= line
        missing = [
            key
            for key in wanted
            if key not in open_orders and (not payers or key[1] in payers)
        ]
        if create and missing:
            orders = tickets._billing_create_orders(missing)
            open_orders.update(zip(missing, orders, strict=True))
        changed = self.env["sale.order"].sudo()
        for key, order in open_orders.items():
            partner = key[0]._get_payer_partner(key[1])
            if partner and order.partner_id != partner:
                order.partner_id = partner
            if order._aftersales_sync_lines(wanted.get(key)):
                changed |= order
        return changed

    def _billing_create_orders(self, keys):
        """Create empty orders for (ticket, payer) pairs in one batch.

        :return: the orders, in the order of ``keys``
        """
        orders = self.env["sale.order"].sudo()
        by_company = defaultdict(list)
        for ticket, payer in keys:
            vals = ticket._prepare_order_vals(payer)
            by_company[vals["company_id"]].append(vals)
        created = {}
        warehouses = self.env["stock.warehouse"]._read_group(
            [("company_id", "in", list(by_company))], ["company_id"], ["id:min"]
        )
        warehouse_of = {company.id: warehouse for company, warehouse in warehouses}
        for company_id, company_vals in by_company.items():
            for vals in company_vals:
                vals["warehouse_id"] = warehouse_of.get(company_id)
            # sudo: see _billing_sync
            new = orders.with_company(company_id).create(company_vals)
            for order in new:
                created[order.aftersales_ticket_id.id, order.aftersales_payer] = order
        return [
            created[ticket.id, payer].with_context(aftersales_sync=True)
            for ticket, payer in keys
        ]

    def _prepare_order_vals(self, payer):
        """Values of a new order of this ticket for ``payer``."""
        self.ensure_one()
        company = self.company_id
        percent = company.aftersales_deposit_percent if payer == "customer" else 0.0
        return {
            "partner_id": self._get_payer_partner(payer).id,
            "company_id": company.id,
            "aftersales_ticket_id": self.id,
            "aftersales_payer": payer,
            "origin": self.name,
            "user_id": self.advisor_id.id or self.env.uid,
            "require_signature": True,
            "require_payment": percent > 0,
            "prepayment_percent": percent / 100 if percent else 1.0,
        }

    # -- Sending ----------------------------------------------------------------------

    def action_send_quotations(self):
        """Send the open quotations to their payers by mail, with the portal link.

        :raises UserError: when none is open, or a payer has no mail address
        """
        self._check_role("advisor")
        # sudo: advisors hold no sales rights; role and records are checked above
        orders = self.sudo()._get_waiting_orders()
        if not orders:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s has no open quotation to send.",
                    ticket=", ".join(self.mapped("name")),
                )
            )
        for order in orders:
            if not order.partner_id.email:
                raise UserError(
                    self.env._(
                        "%(partner)s has no mail address. Enter one, or let the "
                        "customer sign order %(order)s on your screen.",
                        partner=order.partner_id.display_name,
                        order=order.name,
                    )
                )
        for order in orders:
            order._portal_ensure_token()
            order.with_context(mark_so_as_sent=True).message_post_with_source(
                order._find_mail_template(),
                email_layout_xmlid=(
                    "mail.mail_notification_layout_with_responsible_signature"
                ),
                subtype_xmlid="mail.mt_comment",
            )
        orders.filtered(lambda order: order.state == "draft").action_quotation_sent()
        return True

    def action_view_orders(self):
        """Open the orders of these tickets (smart button)."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.sale_order_action_ticket"
        )
        action["domain"] = [("aftersales_ticket_id", "in", self.ids)]
        action["context"] = {}
        return action
