from odoo import fields, models
from odoo.tools import SQL

from .aftersales_policy_deadline import MILESTONES, ROLES


class AftersalesDeadlineReport(models.Model):
    """Kept promises by person, step and month (R-SLA-06).

    In time, % = met / (met + late + overdue). Rows that have not begun, are running
    within their limit, have no limit or were cancelled do not count.
    """

    _name = "aftersales.deadline.report"
    _description = "Deadlines Met"
    _auto = False
    _order = "due desc"
    _rec_name = "milestone"

    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    milestone = fields.Selection(MILESTONES, string="Step", readonly=True)
    role = fields.Selection(ROLES, readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    is_target = fields.Boolean(string="Target only", readonly=True)
    start = fields.Datetime(readonly=True)
    due = fields.Datetime(readonly=True)
    reached = fields.Datetime(string="Done", readonly=True)
    met = fields.Integer(readonly=True)
    late = fields.Integer(readonly=True)
    overdue = fields.Integer(readonly=True)
    counted = fields.Integer(string="Met + late + overdue", readonly=True)
    compliance = fields.Float(
        string="In time, %",
        aggregator="avg",
        readonly=True,
        help="met / (met + late + overdue)",
    )
    hours_late = fields.Float(
        string="Hours late",
        aggregator="avg",
        readonly=True,
        help="From due to done, of those that were late.",
    )

    @property
    def _table_query(self):
        Deadline = self.env["aftersales.deadline"]
        documents = {
            fname: SQL.identifier(self.env[Deadline._fields[fname].comodel_name]._table)
            for fname in Deadline._document_fields
        }

        def first_of(column):
            columns = [SQL.identifier(fname, column) for fname in documents]
            return SQL("COALESCE(%s)", SQL(", ").join(columns))

        joins = [
            SQL(
                "LEFT JOIN %(table)s %(document)s ON %(key)s = %(column)s",
                table=table,
                document=SQL.identifier(fname),
                key=SQL.identifier(fname, "id"),
                column=SQL.identifier("d", fname),
            )
            for fname, table in documents.items()
        ]
        return SQL(
            """
            SELECT d.id, d.ticket_id, d.milestone, d.role, d.user_id,
                   %(company)s AS company_id, %(policy)s AS policy_id,
                   d.is_target, d.start, d.due, d.reached,
                   (d.outcome = 'met')::int AS met,
                   (d.outcome = 'late')::int AS late,
                   (d.outcome = 'overdue')::int AS overdue,
                   1 AS counted,
                   CASE d.outcome WHEN 'met' THEN 100.0 ELSE 0.0 END AS compliance,
                   CASE d.outcome WHEN 'late'
                   THEN EXTRACT(EPOCH FROM d.reached - d.due) / 3600.0 END AS hours_late
              FROM (
                    SELECT deadline.*,
                           CASE WHEN state IN ('met', 'late') THEN state
                           ELSE 'overdue' END AS outcome
                      FROM aftersales_deadline deadline
                     WHERE due IS NOT NULL
                       AND (state IN ('met', 'late')
                            OR (state = 'running' AND due < %(now)s)
                            OR (state = 'paused' AND due < paused_at))
                   ) d
              %(joins)s
            """,
            now=fields.Datetime.now(),
            company=first_of("company_id"),
            policy=first_of("policy_id"),
            joins=SQL("\n").join(joins),
        )
