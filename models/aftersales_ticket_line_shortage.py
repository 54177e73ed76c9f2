from collections import defaultdict

from odoo import api, fields, models

from .aftersales_ticket import OPEN_STATES


class AftersalesTicketLine(models.Model):
    """Which agreed parts are not there: the dispatcher presses for them (R-DISP-08)."""

    _inherit = "aftersales.ticket.line"

    qty_short = fields.Float(
        "Short",
        digits="Product Unit",
        compute="_compute_shortage",
        compute_sudo=True,
        help="Agreed, not handed out, and not in stock, in the line's unit.",
    )
    expected_at = fields.Datetime(
        "Expected",
        compute="_compute_shortage",
        compute_sudo=True,
        help="When stock's forecast sees the last missing part come; empty: nobody "
        "knows.",
    )
    is_short = fields.Boolean(
        "Not in stock", compute="_compute_is_short", search="_search_is_short"
    )
    ticket_promised_at = fields.Datetime(
        related="ticket_id.promised_at", string="Ticket Promised"
    )
    ticket_team_id = fields.Many2one(related="ticket_id.team_id", string="Ticket Team")

    @api.depends("quantity", "approval", "move_ids.state", "move_ids.quantity")
    def _compute_shortage(self):
        shortage = self._get_shortage()
        for line in self:
            line.qty_short, line.expected_at = shortage.get(line, (0.0, False))

    def _get_shortage(self):
        """Tell what is missing: by the slips' forecast, else by the free stock.

        Several lines of one part share its free stock in the order of their ids.

        :return: {line: (quantity in its unit, when the last of it is expected)}, only
            of lines that are short
        """
        parts = self.filtered(lambda line: line._is_awaited())
        handed = parts._get_part_quantities()
        free, shortage = {}, {}
        for line in parts.sorted("id"):
            product, found = line.product_id, handed[line.id]
            wanted = line.quantity - found["issue"] + found["return"]
            if line.product_uom_id.compare(wanted, 0) <= 0:
                continue
            moves = self.env["stock.move"]
            if found["open_issue"]:
                moves = line.move_ids.filtered(
                    lambda move: (
                        move.state not in ("done", "cancel", "draft")
                        and move.picking_id.aftersales_kind == "issue"
                    )
                )
            there = sum(
                move.product_uom._compute_quantity(
                    move.quantity, line.product_uom_id, round=False
                )
                for move in moves
            )
            # What no slip has asked for yet is served from what lies free.
            unasked = max(0.0, wanted - found["open_issue"])
            left = free.setdefault(product, product.free_qty)
            taken = min(
                unasked,
                max(0.0, product.uom_id._compute_quantity(left, line.product_uom_id)),
            )
            free[product] -= line.product_uom_id._compute_quantity(
                taken, product.uom_id
            )
            short = line.product_uom_id.round(wanted - there - taken)
            if line.product_uom_id.compare(short, 0) <= 0:
                continue
            dates = [date for date in moves.mapped("forecast_expected_date") if date]
            shortage[line] = (short, max(dates, default=False))
        return shortage

    def _is_awaited(self):
        """Return whether this is a part of ours that is agreed and counted in stock."""
        self.ensure_one()
        return (
            self.approval == "approved"
            and self._is_own_part()
            and self.product_id.is_storable
        )

    @api.depends("qty_short")
    def _compute_is_short(self):
        for line in self:
            line.is_short = bool(line.qty_short)

    def _search_is_short(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain(
            [
                ("line_type", "=", "part"),
                ("approval", "=", "approved"),
                ("ticket_id.state", "in", OPEN_STATES),
                ("product_id.is_storable", "=", True),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        # sudo: what is short does not depend on who asks; the rules of lines apply to
        # the search that this is part of
        lines = self.sudo()
        scarce = lines._get_scarce_products(domain)
        lines = lines.search_fetch(
            domain & fields.Domain("product_id", "in", scarce.ids),
            ["line_type", "approval", "supply", "product_id", "quantity"],
            order="id",
        )
        short = [line.id for line in lines._get_shortage()]
        return [("id", "in" if True in value else "not in", short)]

    @api.model
    def _get_scarce_products(self, domain):
        """Return the parts of the lines of ``domain`` that may be short (in sudo).

        Of all others more lies free than is agreed in all, and no slip waits for them:
        thousands of lines need not be looked at one by one.
        """
        agreed = defaultdict(float)
        for product, uom, quantity in self._read_group(
            domain, ["product_id", "product_uom_id"], ["quantity:sum"]
        ):
            agreed[product] += uom._compute_quantity(
                quantity, product.uom_id, round=False
            )
        waiting = self.env["stock.move"]._read_group(
            [
                ("aftersales_line_id", "any", domain),
                ("state", "not in", ("assigned", "done", "cancel")),
                ("picking_id.aftersales_kind", "=", "issue"),
            ],
            ["aftersales_line_id.product_id"],
        )
        products = self.env["product.product"].union(*agreed)
        return products.filtered(
            lambda product: (
                product.uom_id.compare(product.free_qty, agreed[product]) < 0
            )
        ).union(*(product for (product,) in waiting))

    def action_press_parts(self):
        """Ask the parts keeper to see to these parts at once (R-DISP-08).

        One activity on each ticket, naming its parts.
        """
        self.ticket_id._check_role("dispatcher", "advisor")
        Deadline = self.env["aftersales.deadline"]
        for ticket, lines in self.filtered("qty_short").grouped("ticket_id").items():
            keeper = Deadline._default_user("parts_keeper", ticket.company_id)
            # sudo: the dispatcher calls somebody, he does not edit the ticket
            ticket.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Parts are missing"),
                note=", ".join(
                    f"{line.qty_short:g} × {line.product_id.display_name}"
                    for line in lines
                ),
                user_id=keeper.id or self.env.uid,
            )
