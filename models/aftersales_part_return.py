from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class AftersalesPartReturn(models.Model):
    """The obligation to bring the old part in when a new one left under warranty.

    R-OLD-01, R-OLD-05, R-WAR-03, R-WAR-04.
    """

    _name = "aftersales.part.return"
    _description = "Old Part"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "aftersales.failure.mixin",
    ]
    _order = "due_date, id"
    _check_company_auto = True

    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    ticket_id = fields.Many2one(
        related="ticket_line_id.ticket_id", store=True, index=True, precompute=True
    )
    vehicle_id = fields.Many2one(related="ticket_id.vehicle_id")
    company_id = fields.Many2one(
        related="ticket_line_id.company_id", store=True, index=True, precompute=True
    )
    move_id = fields.Many2one(
        "stock.move",
        string="Issue",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="The issue of the new part.",
    )
    picking_id = fields.Many2one(related="move_id.picking_id", string="Issue slip")
    receipt_id = fields.Many2one("stock.picking", readonly=True, copy=False)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    quantity = fields.Float(
        required=True,
        readonly=True,
        digits="Product Unit",
        help="In the product's own unit.",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    quantity_in = fields.Float(
        "Brought in",
        digits="Product Unit",
        copy=False,
        help="How much is being received; empty: all of it.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Number of old part",
        copy=False,
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    old_serial = fields.Char(
        "Number on old part",
        copy=False,
        help="As read off the part; needed for parts that are tracked by number.",
    )
    fault_note = fields.Text("Fault", copy=False, help="What is wrong with the part.")
    state = fields.Selection(
        [
            ("due", "Owed"),
            ("received", "Received"),
            ("waived", "Waived"),
            ("rejected", "Wrong part"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="due",
        copy=False,
        tracking=True,
        index=True,
    )
    issued_on = fields.Date(
        required=True,
        readonly=True,
        default=fields.Date.context_today,
        index=True,
        help="When the new part was issued.",
    )
    due_date = fields.Date(required=True, readonly=True, index=True)
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Brings it in",
        readonly=True,
        index="btree_not_null",
        help="Who received the new part.",
    )
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    received_at = fields.Datetime(readonly=True, copy=False)
    waiver_reason = fields.Char(copy=False, readonly=True)
    waiver_asked_by_id = fields.Many2one(
        "res.users", string="Waiver asked by", readonly=True, copy=False
    )
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waived_at = fields.Datetime(readonly=True, copy=False)

    _one_open_per_move = models.UniqueIndex(
        "(move_id) WHERE state = 'due'",
        "The old part of this issue is due already. Receive, charge or waive it under "
        "Parts / Old Parts before another one is asked for.",
    )
    _one_open_per_number = models.UniqueIndex(
        "(ticket_line_id, lot_id) WHERE state = 'due' AND lot_id IS NOT NULL",
        "The old part of this number is due already. Receive, charge or waive it under "
        "Parts / Old Parts before another one is asked for.",
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0 AND (quantity_in IS NULL OR quantity_in >= 0))",
        "The quantity of an old part must be more than zero.",
    )
    _waived_by_other = models.Constraint(
        "CHECK(waived_by_id IS NULL OR waiver_asked_by_id IS NULL"
        " OR waived_by_id <> waiver_asked_by_id)",
        "Whoever asks for a waiver cannot grant it.",
    )

    @api.depends("product_id", "ticket_id")
    def _compute_display_name(self):
        for item in self:
            item.display_name = f"{item.ticket_id.name}: {item.product_id.display_name}"

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for item in self:
            item.is_overdue = item.state == "due" and item.due_date < today

    def _search_is_overdue(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        overdue = Domain("state", "=", "due") & Domain(
            "due_date", "<", fields.Date.context_today(self)
        )
        return overdue if (operator == "in") == (True in value) else ~overdue

    # -- CRUD ---------------------------------------------------------------------

    def _get_entered_fields(self):
        """Hook: what people enter by hand; all else follows from the steps."""
        return {"quantity_in", "old_serial", "fault_note"}

    def write(self, vals):
        entered = self._get_entered_fields()
        if not self.env.su and (
            vals.keys() - entered - {"message_follower_ids", "activity_ids"}
        ):
            raise AccessError(
                self.env._(
                    "Old part %(part)s: its state follows from its steps.",
                    part=", ".join(self.mapped("display_name")),
                )
            )
        return super().write(vals)

    def _remind(self):
        """Remind who brings the part in; the reminder waits for the due date."""
        for item in self.with_context(mail_activity_quick_update=True):
            if item.user_id:
                item.activity_schedule(
                    "aftersales.activity_old_part",
                    date_deadline=item.due_date,
                    user_id=item.user_id.id,
                )

    def _drop_reminder(self):
        """Take the reminder back: nothing is owed any more."""
        self.activity_unlink(["aftersales.activity_old_part"])

    # -- Born and reduced by the slips ------------------------------------------------

    @api.model
    def _create_for_issue(self, moves):
        """Create what is owed for issued ``moves`` of warranty parts.

        :param moves: done issue moves, each seen once
        :return: the new obligations
        """
        vals_list = []
        rules = defaultdict(lambda: self.env["aftersales.ticket.line"])
        today = fields.Date.context_today(self)
        for move in moves:
            line = move.aftersales_line_id
            quantity = move._aftersales_qty_done()
            if (
                line.payer != "warranty"
                or move.product_id.uom_id.compare(quantity, 0) <= 0
            ):
                continue
            rule = move.product_id._aftersales_old_part_rule(
                line.price_unit, line.currency_id, move.company_id
            )
            rules[rule] |= line
            if rule != "recover":
                continue
            days = (
                move.product_id.aftersales_old_part_days
                or move.company_id.aftersales_old_part_days
            )
            user = move.picking_id.aftersales_requested_by
            vals_list.append(
                {
                    "ticket_line_id": line.id,
                    "move_id": move.id,
                    "product_id": move.product_id.id,
                    "quantity": quantity,
                    "due_date": today + timedelta(days=days),
                    "user_id": (user or line.ticket_id.technician_id).id,
                }
            )
        for rule, lines in rules.items():
            lines.sudo().old_part_rule = rule  # sudo: what the issue decided
        items = self.create(vals_list)
        items._remind()
        items._after_due()
        return items

    def _after_due(self):
        """Hook: these old parts are owed from now on (in sudo)."""

    def _after_settled(self):
        """Hook: these old parts are owed no longer: in, waived or not needed (in
        sudo)."""

    @api.model
    def _reduce_for_return(self, moves):
        """Lower what is owed for ``moves`` whose new parts came back unused."""
        open_items = self.search([("move_id", "in", moves.ids), ("state", "=", "due")])
        owed = self._get_owed(open_items.move_id)
        for item in open_items:
            item._lower_to(owed[item.move_id])

    @api.model
    def _get_owed(self, moves):
        """Return {issue move: what is still owed of it}, in the product's own unit.

        Owed is what was issued, less what came back unused, less what was received or
        waived. Never below zero: the old part may be in before its new one comes back.
        """
        settled = dict(
            self._read_group(
                [("move_id", "in", moves.ids), ("state", "in", ("received", "waived"))],
                ["move_id"],
                ["quantity:sum"],
            )
        )
        owed = {}
        for move in moves:
            back = sum(
                returned._aftersales_qty_done()
                for returned in move.returned_move_ids
                if returned.state == "done"
            )
            left = move._aftersales_qty_done() - back - settled.get(move, 0.0)
            owed[move] = max(left, 0.0)
        return owed

    def _lower_to(self, owed):
        """Owe just ``owed`` (the product's own unit); the rest is cancelled.

        What is cancelled stays as a row of its own, so that the rows of an issue
        always sum up to what was issued, and a charge can be taken back for it.
        """
        self.ensure_one()
        unit = self.product_uom_id
        if unit.compare(owed, self.quantity) >= 0:
            return
        gone = self
        if unit.compare(owed, 0) > 0:
            gone = self.copy({"quantity": self.quantity - owed, "state": "cancelled"})
            self.quantity = owed
        else:
            self.state = "cancelled"
            self._drop_reminder()
        gone._after_settled()
