from odoo import fields, models
from odoo.tools import SQL

# Fields a report shares with its ticket.
SHARED = ("channel", "ticket_type", "service_mode", "state", "outcome", "triage")


def _like_ticket(fname):
    """Return the choices of the ticket's field ``fname``."""
    return lambda self: (
        self.env["aftersales.ticket"]._fields[fname]._description_selection(self.env)
    )


class AftersalesIntakeReport(models.Model):
    """What became of reports: how many were solved by phone (R-INT-10, R-INT-14)."""

    _name = "aftersales.intake.report"
    _description = "Intake Analysis"
    _auto = False
    _order = "reported_at desc, id desc"
    _rec_name = "ticket_id"

    company_id = fields.Many2one("res.company", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    reported_at = fields.Datetime("Reported at", readonly=True)
    channel = fields.Selection(selection=_like_ticket("channel"), readonly=True)
    ticket_type = fields.Selection(
        selection=_like_ticket("ticket_type"), string="Type", readonly=True
    )
    service_mode = fields.Selection(
        selection=_like_ticket("service_mode"), string="Mode", readonly=True
    )
    state = fields.Selection(selection=_like_ticket("state"), readonly=True)
    outcome = fields.Selection(selection=_like_ticket("outcome"), readonly=True)
    triage = fields.Selection(
        selection=_like_ticket("triage"), string="Reception outcome", readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    model_id = fields.Many2one(
        "fleet.vehicle.model", string="Vehicle model", readonly=True
    )
    team_id = fields.Many2one("aftersales.team", readonly=True)
    advisor_id = fields.Many2one("res.users", string="Service advisor", readonly=True)
    remote_count = fields.Integer(
        "Ended", readonly=True, help="Delivered or closed; walk-ins are left out."
    )
    phone_count = fields.Integer(
        "Solved by phone",
        readonly=True,
        help="Ended as solved by guidance, no fault or misoperation, without a visit.",
    )
    no_fault_count = fields.Integer(
        "No fault or misoperation", readonly=True, help="Of those solved by phone."
    )
    phone_ratio = fields.Float(
        "Solved by phone (%)",
        readonly=True,
        aggregator="avg",
        help="Solved by phone / ended.",
    )
    no_fault_ratio = fields.Float(
        "No fault or misoperation (%)",
        readonly=True,
        aggregator="avg",
        help="No fault or misoperation, told by phone / ended.",
    )
    walk_in_count = fields.Integer("Walk-ins", readonly=True)

    @property
    def _table_query(self):
        shared = SQL(", ").join(SQL.identifier("t", fname) for fname in SHARED)
        return SQL(
            """
            SELECT r.*,
                   CASE WHEN is_ended THEN 1 ELSE 0 END AS remote_count,
                   CASE WHEN is_ended AND is_phone THEN 1 ELSE 0 END AS phone_count,
                   CASE WHEN is_ended AND is_phone AND outcome != 'guided'
                        THEN 1 ELSE 0 END AS no_fault_count,
                   CASE WHEN is_ended THEN
                        CASE WHEN is_phone THEN 100.0 ELSE 0.0 END
                   END AS phone_ratio,
                   CASE WHEN is_ended THEN
                        CASE WHEN is_phone AND outcome != 'guided'
                             THEN 100.0 ELSE 0.0 END
                   END AS no_fault_ratio
              FROM (
                SELECT t.id, t.id AS ticket_id, t.company_id, t.reported_at, %(shared)s,
                       t.partner_id, t.vehicle_id, v.model_id, t.team_id, t.advisor_id,
                       (t.channel != 'walk_in'
                        AND t.state IN ('delivered', 'closed')) AS is_ended,
                       COALESCE(t.service_mode = 'remote' AND t.outcome IN
                        ('guided', 'no_fault', 'misoperation'), FALSE) AS is_phone,
                       CASE WHEN t.channel = 'walk_in' THEN 1 ELSE 0 END
                        AS walk_in_count
                  FROM aftersales_ticket t
                  LEFT JOIN aftersales_vehicle v ON v.id = t.vehicle_id
                 WHERE t.active
              ) AS r
            """,
            shared=shared,
        )
