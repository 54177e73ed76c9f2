from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_ticket_gate import NOT_ENTERED_STATES

OUR_MODES = ("workshop", "factory")


class AftersalesTicket(models.Model):
    """The settlement of a ticket: its papers, and its totals by payer."""

    _inherit = "aftersales.ticket"

    settlement_ids = fields.One2many(
        "aftersales.settlement", "ticket_id", string="Settlements", copy=False
    )
    settlement_id = fields.Many2one(
        "aftersales.settlement",
        compute="_compute_settlement_id",
        store=True,
        index="btree_not_null",
        check_company=True,
    )
    settlement_state = fields.Selection(
        related="settlement_id.state", string="Settlement: state"
    )
    needs_settlement = fields.Boolean(
        compute="_compute_needs_settlement",
        help="The gate pass waits for the settlement (R-SETT-06, R-SETT-11).",
    )

    @api.depends("settlement_ids")
    def _compute_settlement_id(self):
        for ticket in self:
            ticket.settlement_id = ticket.settlement_ids[:1]

    @api.depends("state", "service_mode", "policy_id", "company_id")
    def _compute_needs_settlement(self):
        for ticket in self:
            ticket.needs_settlement = (
                # sudo: a setting of the ticket's company, whatever the reader's rights
                ticket.sudo().company_id.aftersales_settlement_required
                and ticket._needs_gate_pass()
                and ticket.state not in NOT_ENTERED_STATES
            )

    def action_settlement(self):
        """Open the settlement of this ticket; Finance begins it (R-SETT-02).

        :raises AccessError: without the role Finance or Service advisor
        :raises UserError: to begin it, before the work is finished
        :return: action that opens it
        """
        self.ensure_one()
        self._check_role("finance", "advisor")
        if not self.settlement_id:
            self._check_role("finance")
            self._lock_step()
            if self.state not in (*NOT_ENTERED_STATES, "ready", "delivered"):
                self._check_state("ready")
            # sudo: settlements are begun by this step only; role and state are
            # checked above
            settlement = (
                self.env["aftersales.settlement"].sudo().create({"ticket_id": self.id})
            )
            settlement._refresh()
        elif self.settlement_id.state != "settled":
            self.settlement_id._refresh()
        return self.settlement_id.sudo(False)._get_records_action()

    # -- Papers -----------------------------------------------------------------------

    def _get_settlement_papers(self):
        """Hook: the papers of this ticket, in their order (R-SETT-02). Called in sudo.

        :return: list of dicts ``kind`` (a key of the papers' kind), ``missing`` (what
            is still to be done; False: nothing)
        """
        self.ensure_one()
        papers = []
        if self.state not in NOT_ENTERED_STATES:
            papers += self._get_work_papers()
        elif self.order_ids:
            papers.append({"kind": "estimate", "missing": self._get_unanswered()})
        return [
            {"kind": paper["kind"], "missing": paper["missing"] or False}
            for paper in papers
        ]

    def _get_work_papers(self):
        """Return the papers of a ticket on which work was done."""
        own = self.service_mode in OUR_MODES
        proposed = self.line_ids.filtered(lambda line: line.approval == "proposed")
        undone = self.line_ids.filtered(
            lambda line: (
                line.line_type == "operation"
                and line.approval == "approved"
                and not line.is_done
            )
        )
        papers = [
            {
                "kind": "order",
                "missing": not self.consent_at
                and self.env._("The customer's consent is not recorded."),
            },
            {"kind": "estimate", "missing": self._get_unanswered()},
        ]
        if self.line_ids.filtered(lambda line: line.origin == "additional"):
            papers.append(
                {
                    "kind": "additions",
                    "missing": proposed
                    and self.env._(
                        "Not answered: %(lines)s.",
                        lines=", ".join(proposed.mapped("name")),
                    ),
                }
            )
        papers.append({"kind": "prices", "missing": self._get_unpublished()})
        if self.reception_id:
            papers.append(
                {
                    "kind": "reception",
                    "missing": self.reception_id.state != "done"
                    and self.env._("The reception is not closed."),
                }
            )
        papers.append(
            {
                "kind": "diagnosis",
                "missing": not self.cause and self.env._("No cause is written."),
            }
        )
        if self.line_ids.filtered(lambda line: line._is_own_part()):
            papers.append(
                {"kind": "slips", "missing": " ".join(self._get_parts_problems())}
            )
        if self.line_ids.filtered(lambda line: line.line_type == "operation"):
            papers.append(
                {
                    "kind": "operations",
                    "missing": undone
                    and self.env._(
                        "Not finished: %(lines)s.",
                        lines=", ".join(undone.mapped("name")),
                    ),
                }
            )
        if own or self.service_mode == "onsite":
            papers.append(
                {
                    "kind": "report",
                    "missing": not self.correction
                    and self.env._("No correction is written."),
                }
            )
        if own:
            papers.append(
                {
                    "kind": "inspection",
                    "missing": not self.inspected_at
                    and self.env._("No inspector has passed the work."),
                }
            )
        if self.inspection_ids:
            drafts = self.inspection_ids.filtered(lambda sheet: sheet.state == "draft")
            papers.append(
                {
                    "kind": "sheets",
                    "missing": drafts
                    and self.env._(
                        "Not finished: %(sheets)s.",
                        sheets=", ".join(drafts.mapped("display_name")),
                    ),
                }
            )
        return papers

    def _get_unanswered(self):
        """Return in words which orders wait for an answer; empty: none."""
        waiting = self._get_waiting_orders()
        return waiting and self.env._(
            "Not answered: %(orders)s.", orders=", ".join(waiting.mapped("name"))
        )

    def _get_unpublished(self):
        """Return in words which lines have another price than the published one that
        no manager approved (R-SETT-07); empty: none."""
        lines = self.line_ids._needs_price_approval()
        return lines and self.env._(
            "A manager approves their prices: %(lines)s.",
            lines=", ".join(lines.mapped("name")),
        )

    # -- Totals -----------------------------------------------------------------------

    def _get_settlement_amounts(self):
        """Return the totals of this ticket by payer and currency, in sudo.

        :return: list of dicts with the values of a line of the settlement
        """
        self.ensure_one()
        orders = defaultdict(lambda: self.env["sale.order"])
        for order in self.order_ids:
            if order.state == "sale":
                orders[order.aftersales_payer, order.currency_id] |= order
        moves = defaultdict(dict)
        for move in self.invoice_ids:
            if move.state == "cancel":
                continue
            for payer, share in move._aftersales_payers().items():
                moves[payer, move.currency_id][move] = share
        rows = []
        payers = self.line_ids._fields["payer"].get_values(self.env)
        for payer, currency in sorted(
            orders.keys() | moves.keys(),
            key=lambda key: (payers.index(key[0]), key[1].id),
        ):
            group = orders[payer, currency]
            amounts = group._aftersales_settle(moves[payer, currency], currency)
            rows.append(
                {
                    "payer": payer,
                    "partner_id": (
                        group[:1].partner_id or self._get_payer_partner(payer)
                    ).id,
                    "currency_id": currency.id,
                    **{f"amount_{name}": amount for name, amount in amounts.items()},
                }
            )
        return rows

    def _get_unused_lines(self, payer):
        """The order lines of ``payer`` of which less was used or done than agreed."""
        self.ensure_one()
        orders = self.order_ids.filtered(
            lambda order: order.state == "sale" and order.aftersales_payer == payer
        )
        return orders._aftersales_content().filtered(
            lambda line: (
                line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty)
                < 0
            )
        )

    # -- Gate -------------------------------------------------------------------------

    def _prepare_gate_pass_vals(self):
        vals = super()._prepare_gate_pass_vals()
        if self.needs_settlement:
            self._check_settled()
        return vals

    def _check_settled(self):
        """Refuse to let a vehicle go that is not settled, or otherwise than settled
        (R-SETT-06, R-SETT-11).

        :raises UserError: saying what to do
        """
        self.ensure_one()
        settlement = self.settlement_id
        if settlement.state != "settled":
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s is not settled. Press Settlement, check papers "
                    "and totals, and settle it.",
                    ticket=self.name,
                )
            )
        # sudo: orders and invoices of any payer are compared
        now = {
            # What old parts cost until they are in changes when one comes in.
            (row["payer"], row["currency_id"]): row["amount_billed"]
            - row["amount_old_parts"]
            for row in self.sudo()._get_settlement_amounts()
        }
        then = {
            (line.payer, line.currency_id.id): line.amount_billed
            - line.amount_old_parts
            for line in settlement.line_ids
        }
        for payer, currency_id in now.keys() | then.keys():
            currency = self.env["res.currency"].browse(currency_id)
            key = (payer, currency_id)
            if currency.compare_amounts(now.get(key, 0.0), then.get(key, 0.0)):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(now)s are billed, %(then)s were settled. "
                        "Reopen settlement %(settlement)s and settle it again.",
                        ticket=self.name,
                        now=currency.format(now.get(key, 0.0)),
                        then=currency.format(then.get(key, 0.0)),
                        settlement=settlement.name,
                    )
                )
