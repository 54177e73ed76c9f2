from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError

# What customer and office have agreed on: the order, which a technician carries out.
ORDER_FIELDS = {
    "advisor_id",
    "partner_id",
    "promised_at",
    "service_mode",
    "technician_id",
    "ticket_type",
    "vehicle_id",
}
ORDER_ROLES = ("advisor", "dispatcher", "quality", "finance")
BEFORE_ORDER = ("new", "assigned", "diagnosed", "quoted")


class AftersalesTicket(models.Model):
    """Who may take a step of a ticket, and when."""

    _inherit = "aftersales.ticket"

    is_order_kept = fields.Boolean(
        "Order Kept",
        compute="_compute_is_order_kept",
        help="What is agreed with the customer is not changed by whoever looks at the "
        "ticket now.",
    )

    may_write = fields.Boolean(
        "May Change",
        compute="_compute_may_write",
        help="Whether the ticket is one's own to work on. Who only travels along "
        "reads it.",
    )

    @api.depends_context("uid")
    def _compute_may_write(self):
        mine = self._origin._filtered_access("write")
        for ticket in self:
            ticket.may_write = not ticket._origin or ticket._origin in mine

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_is_order_kept(self):
        allowed = self._may_change_order()
        for ticket in self:
            ticket.is_order_kept = not allowed and ticket.state not in BEFORE_ORDER

    @api.model
    def _may_change_order(self):
        """Return whether the user changes what is agreed with the customer."""
        return any(
            self.env.user.has_group(f"aftersales.group_aftersales_{role}")
            for role in ORDER_ROLES
        )

    def write(self, vals):
        if not self.env.su:
            if ORDER_FIELDS & vals.keys():
                self._check_order_kept(ORDER_FIELDS & vals.keys())
            if "active" in vals and not vals["active"]:
                self._check_archivable()
        return super().write(vals)

    def _check_order_kept(self, fnames):
        """Refuse a technician to change an order that is agreed (R-ORG-03)."""
        if self._may_change_order():
            return
        for ticket in self:
            if ticket.state in BEFORE_ORDER:
                continue
            raise AccessError(
                self.env._(
                    "Ticket %(ticket)s is agreed with the customer: %(fields)s is "
                    "changed by the service advisor or the dispatcher. Tell them what "
                    "you need, or report a finding.",
                    ticket=ticket.name,
                    fields=", ".join(
                        self._fields[fname]._description_string(self.env)
                        for fname in sorted(fnames)
                    ),
                )
            )

    def _check_archivable(self):
        """Refuse to put away a ticket that somebody waits for."""
        for ticket in self:
            if ticket.state not in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is not finished; it would vanish from all "
                        "lists. Close or cancel it first.",
                        ticket=ticket.name,
                    )
                )

    def _lock_step(self):
        """Keep a second person from taking a step of these tickets at this moment.

        :raises UserError: naming the tickets, when somebody else is at one
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s is being worked on by somebody else at this "
                    "moment. Look at it again before you go on.",
                    ticket=", ".join(self.mapped("name")),
                )
            ) from error

    def _check_state(self, *states):
        """Raise UserError unless all are in one of ``states`` and none is on hold.

        The tickets are locked first: of two people at the same step one succeeds.
        """
        self._lock_step()
        labels = dict(self._fields["state"]._description_selection(self.env))
        for ticket in self:
            if ticket.on_hold_reason:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is on hold. Resume it first.",
                        ticket=ticket.name,
                    )
                )
            if ticket.state not in states:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is %(state)s; this step is taken from "
                        "%(expected)s.",
                        ticket=ticket.name,
                        state=labels[ticket.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )

    def _is_worked_by(self, user):
        """Return whether ``user`` is among those who repair this ticket."""
        self.ensure_one()
        return user in self.technician_id | self.technician_ids

    def _check_lines_open(self):
        """Raise UserError where nothing can be added to the work any more."""
        for ticket in self:
            if ticket.state in ("ready", "delivered", "closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: the work is finished. A new visit is a new "
                        "ticket.",
                        ticket=ticket.name,
                    )
                )
