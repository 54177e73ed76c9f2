from odoo import api, fields, models


class AftersalesAppointment(models.Model):
    """What became of an appointment, and how many are kept (R-APPT-13, R-APPT-15)."""

    _inherit = "aftersales.appointment"

    arrived_at = fields.Datetime(readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    no_show_at = fields.Datetime(readonly=True, copy=False)
    end_reason = fields.Char(
        "Reason", copy=False, help="Why it was cancelled or moved."
    )
    moved_by = fields.Selection(
        [("customer", "The customer"), ("company", "Us")], readonly=True, copy=False
    )
    customer_told_at = fields.Datetime(
        readonly=True, copy=False, help="When the customer heard of it (R-APPT-13)."
    )
    customer_told_to = fields.Char(readonly=True, copy=False)
    next_id = fields.Many2one(
        "aftersales.appointment",
        string="Moved to",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    ticket_state = fields.Selection(
        related="ticket_id.state", string="State of the ticket"
    )
    keep_rate = fields.Float(
        "Kept, %",
        compute="_compute_keep_rate",
        store=True,
        aggregator="avg",
        help="100 when the customer came, 0 when he did not; counts for those two.",
    )

    _ticket_uniq = models.UniqueIndex(
        "(ticket_id) WHERE ticket_id IS NOT NULL",
        "An appointment becomes one ticket.",
    )
    _arrived_check = models.Constraint(
        "CHECK(state != 'arrived'"
        " OR (ticket_id IS NOT NULL AND arrived_at IS NOT NULL))",
        "A customer who has arrived has a ticket.",
    )

    @api.depends("state")
    def _compute_keep_rate(self):
        for appointment in self:
            appointment.keep_rate = 100.0 if appointment.state == "arrived" else 0.0
