from odoo import fields, models


class AftersalesLateTime(models.TransientModel):
    """Time that somebody spent on a job while there was no clock."""

    _name = "aftersales.late.time"
    _description = "True Time on a Job"

    late_id = fields.Many2one(
        "aftersales.late", required=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="late_id.ticket_id")
    operation_id = fields.Many2one(
        "aftersales.operation",
        string="Job",
        required=True,
        domain="[('ticket_id', '=', ticket_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        domain=[("share", "=", False)],
    )
    date_start = fields.Datetime("From", required=True)
    date_stop = fields.Datetime("To", required=True)

    _times_fit = models.Constraint(
        "CHECK(date_stop >= date_start)", "Work on a job ends after it began."
    )
