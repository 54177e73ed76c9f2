from odoo import fields, models


class AftersalesDiagnosisStep(models.Model):
    """One thing tried to find an unknown fault, and what it showed (R-DIAG-15)."""

    _name = "aftersales.diagnosis.step"
    _description = "Diagnosis Step"
    _order = "ticket_id, sequence, id"

    ticket_id = fields.Many2one(
        "aftersales.ticket", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    sequence = fields.Integer(default=10)
    symptom = fields.Char(help="What was seen, heard or measured before the trial.")
    condition = fields.Char(help="Under which condition: speed, load, temperature.")
    name = fields.Char("What was tried", required=True)
    result = fields.Char(help="What it showed; empty: the trial is still going on.")
    done_at = fields.Datetime(default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", string="By", default=lambda self: self.env.user
    )
