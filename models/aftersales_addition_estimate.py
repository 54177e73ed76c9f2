from odoo import api, fields, models

from ..tools.business_time import Clocks
from .aftersales_addition import OPEN_STATES


class AftersalesAddition(models.Model):
    """What additional work costs, and how much longer it takes (R-ADD-04)."""

    _inherit = "aftersales.addition"

    line_ids = fields.One2many(
        "aftersales.ticket.line", "addition_id", string="Parts and operations"
    )
    currency_id = fields.Many2one(related="ticket_id.currency_id")
    amount_untaxed = fields.Monetary(
        "Amount",
        compute="_compute_amounts",
        store=True,
        help="What customer or insurer would pay for all of it, without tax.",
    )
    amount_total = fields.Monetary(
        "Amount with tax", compute="_compute_amounts", store=True
    )
    amount_agreed = fields.Monetary(
        "Agreed",
        compute="_compute_amounts",
        store=True,
        help="What has been agreed of it, without tax.",
    )
    delay_hours = fields.Float(
        "Delay",
        compute="_compute_delay_hours",
        store=True,
        readonly=False,
        help="Working hours by which the vehicle is ready later; proposed from the "
        "hours of work and the company's buffer.",
    )
    promised_before = fields.Datetime(
        readonly=True,
        copy=False,
        help="What was promised when the customer was asked.",
    )
    promised_after = fields.Datetime(
        "New promised time",
        compute="_compute_promised_after",
        store=True,
        readonly=False,
        help="What the customer is told; it is promised when he agrees.",
    )

    @api.depends(
        "line_ids.price_subtotal",
        "line_ids.price_total",
        "line_ids.payer",
        "line_ids.approval",
    )
    def _compute_amounts(self):
        for addition in self:
            lines = addition.line_ids.filtered(
                lambda line: line.payer in ("customer", "insurer")
            )
            addition.amount_untaxed = sum(lines.mapped("price_subtotal"))
            addition.amount_total = sum(lines.mapped("price_total"))
            addition.amount_agreed = sum(
                line.price_subtotal for line in lines if line.approval == "approved"
            )

    @api.depends(
        "work_hours", "line_ids.product_id", "line_ids.quantity", "line_ids.line_type"
    )
    def _compute_delay_hours(self):
        for addition in self:
            if addition.state in OPEN_STATES:
                lines = addition.line_ids.filtered("product_id")
                addition.delay_hours = addition._get_delay_hours(lines)

    def _get_delay_hours(self, lines):
        """Return the working hours that ``lines`` take, with the company's buffer."""
        self.ensure_one()
        hours = sum(
            line._get_planned_hours() for line in lines if line.line_type == "operation"
        )
        buffer = 1 + self.ticket_id.company_id.aftersales_promise_buffer / 100
        return (hours or self.work_hours) * buffer

    @api.depends("delay_hours", "ticket_id")
    def _compute_promised_after(self):
        clocks = Clocks()
        for addition in self:
            if addition.state in OPEN_STATES:
                addition.promised_after = addition._get_promised_after(
                    addition.delay_hours, clocks
                )

    def _get_promised_after(self, hours, clocks):
        """Return the promised time moved by ``hours`` of the team's working time."""
        self.ensure_one()
        ticket = self.ticket_id
        promised = self.promised_before or ticket.promised_at
        if not promised:
            return False
        clock = clocks.of(ticket.team_id.resource_calendar_id, ticket.company_id)
        return clock.add(promised, hours * 60)

    def action_estimate(self):
        """Estimate the ready time anew, from capacity and parts (R-ADD-04).

        Never earlier than what was promised: the delay is what lies between.
        """
        self.ensure_one()
        self._check_open()
        ticket = self.ticket_id
        ticket._check_role("advisor")
        promised = ticket.promised_at
        proposed = ticket._propose_promised_at()
        if not promised:
            self.promised_after = proposed
            return
        after = max(promised, proposed)
        clock = Clocks().of(ticket.team_id.resource_calendar_id, ticket.company_id)
        self.delay_hours = clock.between(promised, after) / 60
        self.promised_after = after
