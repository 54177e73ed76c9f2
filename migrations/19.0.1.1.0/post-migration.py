"""What came up in a follow-up was one open point; now each request is a record of
its own, with its own answer and date (R-FU-08)."""

from odoo import SUPERUSER_ID, api
from odoo.tools import sql

FOLLOWUP = "aftersales_followup"


def migrate(cr, version):
    """Make a request of each open point, while its old columns are still there."""
    if not sql.column_exists(cr, FOLLOWUP, "issue_due"):
        return
    cr.execute(
        """
        INSERT INTO aftersales_followup_request
               (followup_id, company_id, sequence, kind, name, state, user_id, due,
                solution, reported_at, solution_at, told_at, escalated_at,
                create_uid, create_date, write_uid, write_date)
        SELECT id, company_id, 10,
               CASE WHEN COALESCE(complaint_text, '') <> '' THEN 'complaint'
                    ELSE 'request' END,
               COALESCE(NULLIF(complaint_text, ''), NULLIF(requests, ''),
                        NULLIF(opinion, ''), NULLIF(solution, ''), '/'),
               issue_state, issue_user_id, issue_due,
               CASE WHEN issue_state IN ('answered', 'solved', 'told')
                    THEN COALESCE(solution, '/') ELSE solution END,
               issue_reported_at, solution_at, told_at, issue_escalated_at,
               write_uid, write_date, write_uid, write_date
          FROM aftersales_followup followup
         WHERE issue_state <> 'none'
           AND NOT EXISTS (SELECT FROM aftersales_followup_request made
                            WHERE made.followup_id = followup.id)
        RETURNING followup_id
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    followups = env["aftersales.followup"].browse(row[0] for row in cr.fetchall())
    followups.invalidate_recordset()
    env.add_to_compute(followups._fields["issue_state"], followups)
    followups.flush_recordset(["issue_state"])
