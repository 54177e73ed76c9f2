from collections import defaultdict
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError

REQUEST_STATES = ("approved", "in_progress", "inspection")
LOAN_STATES = ("assigned", "diagnosed", "quoted", *REQUEST_STATES)
RETURN_STATES = (*LOAN_STATES, "ready", "delivered")


class AftersalesTicket(models.Model):
    """The parts of a ticket: asked for, lent, brought back, accounted for."""

    _inherit = "aftersales.ticket"

    picking_ids = fields.One2many(
        "stock.picking", "aftersales_ticket_id", string="Slips", readonly=True
    )
    picking_count = fields.Integer(
        "Number of slips", compute="_compute_picking_count", compute_sudo=True
    )
    part_line_ids = fields.One2many(
        "aftersales.ticket.line",
        "ticket_id",
        string="Parts balance",
        # What nobody wants any more has no account, unless something of it went out.
        domain=[
            ("line_type", "=", "part"),
            "|",
            ("approval", "not in", ("declined", "deferred")),
            ("move_ids", "any", [("state", "!=", "cancel")]),
        ],
        readonly=True,
    )
    has_cause_to_judge = fields.Boolean(compute="_compute_has_cause_to_judge")
    has_credit_line = fields.Boolean(compute="_compute_has_credit_line")
    has_part_to_ask = fields.Boolean(
        compute="_compute_has_part_to_ask",
        compute_sudo=True,
        help="An agreed part that no slip asks for yet.",
    )
    has_part_used = fields.Boolean(compute="_compute_has_parts_out")
    has_part_on_loan = fields.Boolean(compute="_compute_has_parts_out")
    part_return_ids = fields.One2many(
        "aftersales.part.return", "ticket_id", string="Old Parts", readonly=True
    )

    @api.depends("line_ids.release_basis", "line_ids.cause_judged_by_id")
    def _compute_has_cause_to_judge(self):
        for ticket in self:
            ticket.has_cause_to_judge = any(
                line.release_basis == "warranty"
                and not line.cause_judged_by_id
                and line.approval != "declined"
                for line in ticket.line_ids
            )

    @api.depends("line_ids.release_basis")
    def _compute_has_credit_line(self):
        for ticket in self:
            ticket.has_credit_line = "credit" in ticket.line_ids.mapped("release_basis")

    @api.depends("line_ids.approval", "line_ids.qty_requested", "line_ids.quantity")
    def _compute_has_part_to_ask(self):
        lines = self.line_ids._origin.filtered(
            lambda line: line.approval == "approved" and line._is_stock_part()
        )
        outstanding = lines._get_qty_outstanding() if lines else {}
        open_lines = lines.filtered(
            lambda line: line.product_uom_id.compare(outstanding[line.id], 0) > 0
        )
        for ticket in self:
            ticket.has_part_to_ask = bool(open_lines & ticket.line_ids._origin)

    @api.depends("line_ids.qty_used", "line_ids.qty_on_loan")
    def _compute_has_parts_out(self):
        """Whether anything is there to bring back: issued for good, or lent."""
        for ticket in self:
            lines = ticket.line_ids
            ticket.has_part_used = any(line.qty_used > 0 for line in lines)
            ticket.has_part_on_loan = any(line.qty_on_loan > 0 for line in lines)

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        counts = dict(
            self.env["stock.picking"]._read_group(
                [("aftersales_ticket_id", "in", self.ids)],
                ["aftersales_ticket_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.picking_count = counts.get(ticket._origin, 0)

    # -- Asking for parts -------------------------------------------------------------

    def action_request_parts(self):
        """Ask for the agreed parts that no slip asks for yet (R-PART-06, R-PART-19).

        Makes one issue slip per case, destination and guarantor. What the technician
        has on loan for a line is taken out of the loan first. The slips wait for
        Finance's release.

        :raises UserError: when nothing is left to ask for, a payer's order is missing,
            or somebody else asks for the same parts at this moment
        :return: the action that shows the new slips
        """
        self.ensure_one()
        self._check_role("technician", "advisor")
        self._check_state(*REQUEST_STATES)
        lines = self.line_ids.filtered(
            lambda line: line.approval == "approved" and line._is_stock_part()
        )
        # sudo: technicians and advisors have no stock rights; role, access and state
        # are checked above, the company is the ticket's own
        slips = self.sudo()._create_issue_slips(lines.sudo())
        return self._action_slips(slips)

    def _create_issue_slips(self, lines, limits=None, asker=None):
        """Create and reserve the issue slips for what is outstanding of ``lines``.

        :param limits: dict of line id -> quantity in the line's unit that is asked for
            at most; without it all that is outstanding
        :param asker: who asks (res.users); default: the user
        """
        self.ensure_one()
        self._lock_part_lines(lines)
        on_loan = lines._get_qty_keepable()
        outstanding = lines._get_qty_outstanding()
        asker = asker or self.env.user
        warehouse = self._get_parts_warehouse(asker)
        custody = self.company_id._get_aftersales_location("custody")
        groups = defaultdict(list)
        for line in lines:
            left = outstanding[line.id]
            if limits is not None:
                left = min(left, limits.get(line.id, 0.0))
            if line.product_uom_id.compare(left, 0) <= 0:
                continue
            from_loan = min(left, on_loan[line.id])
            destination, order = line._get_parts_destination()
            guarantor = (
                line.guarantor_id
                if line.release_basis == "credit"
                else self.env["res.users"]
            )
            for source, quantity in (
                (custody, from_loan),
                (warehouse.lot_stock_id, left - from_loan),
            ):
                if line.product_uom_id.compare(quantity, 0) > 0:
                    key = (source, destination, order, line.release_basis, guarantor)
                    groups[key].append((line, quantity))
        if not groups:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: every agreed part has been asked for already. "
                    "Put what is needed besides on the ticket, and have it agreed.",
                    ticket=self.name,
                )
            )
        slips = self._create_slips(
            [
                {
                    **self._prepare_slip_vals(
                        warehouse.aftersales_issue_type_id, source, destination
                    ),
                    "partner_id": order.partner_shipping_id.id,
                    "aftersales_requested_by": asker.id,
                    "aftersales_release_basis": basis,
                    "aftersales_guarantor_id": guarantor.id,
                    "move_ids": [
                        Command.create(
                            line._prepare_part_move_vals(
                                quantity, source, destination, order
                            )
                        )
                        for line, quantity in entries
                    ],
                }
                for (source, destination, order, basis, guarantor), entries in (
                    groups.items()
                )
            ]
        )
        return slips

    def _lock_part_lines(self, lines):
        """Raise UserError when somebody else asks for the same parts at this moment."""
        try:
            lines.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: somebody else is asking for these parts at "
                    "this moment. Look at the slips before you go on.",
                    ticket=self.name,
                )
            ) from error

    def _get_parts_warehouse(self, user=None):
        """Return the warehouse the parts come from: the user's, else the first.

        :param user: who asks for them; default: the user
        :raises UserError: when the company has no warehouse with after-sales slips
        """
        self.ensure_one()
        user = (user or self.env.user).with_company(self.company_id)
        # sudo: a setting of the user that roles without stock rights have, too
        warehouse = user.sudo().property_warehouse_id
        if warehouse.company_id != self.company_id:
            warehouse = (
                self.env["stock.warehouse"]
                .sudo()  # readable to any role; archived ones are left out
                .search([("company_id", "=", self.company_id.id)], limit=1)
            )
        if not warehouse.aftersales_issue_type_id:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse that can issue parts. Create one in "
                    "Inventory.",
                    company=self.company_id.name,
                )
            )
        return warehouse

    def _prepare_slip_vals(self, picking_type, source, destination):
        """Return the values every slip of this ticket has."""
        self.ensure_one()
        return {
            "picking_type_id": picking_type.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "origin": self.name,
            "company_id": self.company_id.id,
            "user_id": False,
            "aftersales_ticket_id": self.id,
            "aftersales_requested_by": self.env.uid,
        }

    def _create_slips(self, vals_list):
        """Create slips and reserve what is there; return them."""
        slips = (
            self.env["stock.picking"]
            .with_company(self.company_id)
            .with_context(mail_create_nosubscribe=True)
            .create(vals_list)
        )
        slips.action_confirm()
        return slips

    def _action_slips(self, slips):
        """Return the action that shows ``slips``."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.parts_slip_action"
        )
        action["domain"] = [("id", "in", slips.ids)]
        action["context"] = {"create": False}
        if len(slips) == 1:
            action["views"] = [
                (self.env.ref("aftersales.parts_slip_view_form").id, "form")
            ]
            action["res_id"] = slips.id
        return action

    def action_view_slips(self):
        """Open all slips of the ticket."""
        self.ensure_one()
        action = self._action_slips(self.env["stock.picking"])
        action["domain"] = [("aftersales_ticket_id", "=", self.id)]
        return action

    # -- Loans and returns ---------------------------------------------------------

    def action_loan_parts(self):
        """Open the wizard that asks for parts on loan (R-PART-17)."""
        return self._open_parts_transfer("loan", LOAN_STATES)

    def action_return_parts(self):
        """Open the wizard that gives unused parts back (R-PART-11)."""
        return self._open_parts_transfer("return", RETURN_STATES)

    def action_return_loan(self):
        """Open the wizard that gives parts on loan back (R-PART-17)."""
        return self._open_parts_transfer("loan_return", RETURN_STATES)

    def _open_parts_transfer(self, kind, states):
        self.ensure_one()
        self._check_role("technician", "advisor", "parts_keeper")
        self._check_state(*states)
        wizard = self.env["aftersales.parts.transfer"].create(
            {"ticket_id": self.id, "kind": kind}
        )
        wizard._fill_lines()
        return {
            "type": "ir.actions.act_window",
            "name": wizard._get_title(),
            "res_model": "aftersales.parts.transfer",
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _create_loan_slip(self, quantities):
        """Create the slip that lends parts to the user; Finance releases it.

        :param quantities: dict of ticket line -> quantity in the line's unit
        """
        self.ensure_one()
        warehouse = self._get_parts_warehouse()
        custody = self.company_id._get_aftersales_location("custody")
        source = warehouse.lot_stock_id
        due = fields.Date.context_today(self) + timedelta(
            days=self.company_id.aftersales_loan_days
        )
        return self._create_slips(
            [
                {
                    **self._prepare_slip_vals(
                        warehouse.aftersales_loan_type_id, source, custody
                    ),
                    "aftersales_release_basis": "credit",
                    # Who borrows answers for the part until it is back or issued.
                    "aftersales_guarantor_id": self.env.uid,
                    "aftersales_due_date": due,
                    "move_ids": [
                        Command.create(
                            line._prepare_part_move_vals(quantity, source, custody)
                        )
                        for line, quantity in quantities.items()
                    ],
                }
            ]
        )

    def _create_return_slips(self, entries, kind):
        """Create slips that bring parts back into stock, with their numbers.

        :param entries: list of ``(origin move, quantity in the product's unit, lot)``
        :param kind: ``return`` or ``loan_return``
        """
        self.ensure_one()
        warehouse = self._get_parts_warehouse()
        stock = warehouse.lot_stock_id
        picking_type = (
            warehouse.aftersales_return_type_id
            if kind == "return"
            else warehouse.aftersales_loan_type_id
        )
        by_move = defaultdict(list)
        for move, quantity, lot in entries:
            by_move[move].append((quantity, lot))
        by_source = defaultdict(list)
        for move in by_move:
            by_source[move.location_dest_id].append(move)
        vals_list = []
        for source, moves in by_source.items():
            vals = self._prepare_slip_vals(picking_type, source, stock)
            vals["move_ids"] = [
                Command.create(
                    move._prepare_aftersales_return_vals(
                        sum(quantity for quantity, __ in by_move[move]), source, stock
                    )
                )
                for move in moves
            ]
            vals_list.append(vals)
        slips = self._create_slips(vals_list)
        for slip in slips:
            # What comes back is known by number: no reservation guesses it.
            slip.move_ids.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                [
                    {
                        **slip._prepare_aftersales_move_line_vals(move, quantity, lot),
                        "picked": False,
                    }
                    for move in slip.move_ids
                    for quantity, lot in by_move[move.origin_returned_move_id]
                ]
            )
        return slips
