from odoo import fields, models
from odoo.tools import SQL

from ..tools.choices import choices_of
from .aftersales_followup_rule import KINDS


class AftersalesFollowupReport(models.Model):
    """How many customers were contacted, in time, and what they said (R-FU-04, 11)."""

    _name = "aftersales.followup.report"
    _description = "Follow-up Analysis"
    _auto = False
    _order = "window_end desc, id desc"
    _rec_name = "ticket_id"

    company_id = fields.Many2one("res.company", readonly=True)
    ticket_id = fields.Many2one("aftersales.ticket", readonly=True)
    rule_id = fields.Many2one("aftersales.followup.rule", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    vehicle_id = fields.Many2one("aftersales.vehicle", readonly=True)
    user_id = fields.Many2one("res.users", string="Handled by", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("open", "Open"),
            ("done", "Done"),
            ("skipped", "Skipped"),
        ],
        readonly=True,
    )
    satisfied = fields.Selection(
        [("satisfied", "Satisfied"), ("dissatisfied", "Dissatisfied")], readonly=True
    )
    issue_state = fields.Selection(
        selection=choices_of("aftersales.followup", "issue_state"),
        string="Open point",
        readonly=True,
    )
    window_end = fields.Datetime("Not later than", readonly=True)
    done_at = fields.Datetime(readonly=True)
    due_count = fields.Integer(
        "Due", readonly=True, help="Done, skipped, or their window is over."
    )
    done_count = fields.Integer("Done", readonly=True)
    on_time_count = fields.Integer(
        "Done in time", readonly=True, help="Done before their window was over."
    )
    done_ratio = fields.Float(
        "Follow-up ratio (%)",
        readonly=True,
        aggregator="avg",
        help="Done / due. Skipped ones are due and not done.",
    )
    on_time_ratio = fields.Float(
        "In time (%)", readonly=True, aggregator="avg", help="Done in time / due."
    )
    satisfied_ratio = fields.Float(
        "Satisfied (%)", readonly=True, aggregator="avg", help="Satisfied / done."
    )
    score = fields.Float(
        readonly=True, aggregator="avg", help="Of those that were asked for one."
    )
    attempts = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT f.*,
                   CASE WHEN is_due THEN 1 ELSE 0 END AS due_count,
                   CASE WHEN state = 'done' THEN 1 ELSE 0 END AS done_count,
                   CASE WHEN state = 'done' AND done_at <= window_end
                        THEN 1 ELSE 0 END AS on_time_count,
                   CASE WHEN is_due THEN
                        CASE WHEN state = 'done' THEN 100.0 ELSE 0.0 END
                   END AS done_ratio,
                   CASE WHEN is_due THEN
                        CASE WHEN state = 'done' AND done_at <= window_end
                             THEN 100.0 ELSE 0.0 END
                   END AS on_time_ratio,
                   CASE WHEN state = 'done' THEN
                        CASE WHEN satisfied = 'satisfied' THEN 100.0 ELSE 0.0 END
                   END AS satisfied_ratio
              FROM (
                SELECT id, company_id, ticket_id, rule_id, partner_id, vehicle_id,
                       user_id, kind, state, satisfied, issue_state, window_end,
                       done_at, attempts,
                       NULLIF(score, 0)::double precision AS score,
                       (state IN ('done', 'skipped')
                        OR window_end <= now() AT TIME ZONE 'UTC') AS is_due
                  FROM aftersales_followup
              ) AS f
            """
        )
