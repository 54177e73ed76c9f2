from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of


class AftersalesComebackReport(models.Model):
    """Finished repairs, and which of them came back (R-BEY-05).

    A row for each repair that was handed over. Put right the first time is what did
    not come back; a comeback that was found to be a new concern does not count.
    """

    _name = "aftersales.comeback.report"
    _description = "First-Time Fix"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", readonly=True)
    technician_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("aftersales.team", readonly=True)
    service_mode = fields.Selection(
        selection=choices_of("aftersales.ticket", "service_mode"),
        readonly=True,
    )
    date = fields.Datetime("Handed over", readonly=True)
    comeback_id = fields.Many2one(
        "aftersales.ticket", string="Came Back as", readonly=True
    )
    comeback_date = fields.Datetime("Came Back on", readonly=True)
    comeback_cause = fields.Selection(
        selection=choices_of("aftersales.ticket", "comeback_cause"),
        string="Due to",
        readonly=True,
        help="Empty: not judged yet; it counts as a comeback until it is.",
    )
    repair_count = fields.Integer("Repairs", readonly=True)
    comeback_count = fields.Integer("Comebacks", readonly=True)
    first_time_fix = fields.Float(
        "First-Time Fix, %", aggregator="avg", digits=(16, 1), readonly=True
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT repair.id, repair.id AS ticket_id, repair.company_id,
                   repair.vehicle_id, vehicle.model_id, repair.technician_id,
                   repair.team_id, repair.service_mode, repair.delivered_at AS date,
                   back.id AS comeback_id, back.reported_at AS comeback_date,
                   back.comeback_cause, 1 AS repair_count,
                   CASE WHEN back.id IS NULL THEN 0 ELSE 1 END AS comeback_count,
                   CASE WHEN back.id IS NULL THEN 100.0 ELSE 0.0 END AS first_time_fix
              FROM aftersales_ticket repair
              LEFT JOIN aftersales_vehicle vehicle ON vehicle.id = repair.vehicle_id
              LEFT JOIN LATERAL (
                    SELECT id, reported_at, comeback_cause
                      FROM aftersales_ticket
                     WHERE comeback_of_id = repair.id
                           AND state <> 'cancelled'
                           AND comeback_cause IS DISTINCT FROM 'new_concern'
                     ORDER BY reported_at, id
                     LIMIT 1
                   ) back ON TRUE
             WHERE repair.ticket_type = 'repair'
                   AND repair.state IN ('delivered', 'closed')
                   AND repair.delivered_at IS NOT NULL
            """
        )
