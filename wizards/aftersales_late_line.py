from odoo import fields, models


class AftersalesLateLine(models.TransientModel):
    """One step whose true time may be entered."""

    _name = "aftersales.late.line"
    _description = "True Time of a Step"

    late_id = fields.Many2one(
        "aftersales.late", required=True, index=True, ondelete="cascade"
    )
    stamp = fields.Char(required=True, readonly=True)
    name = fields.Char("Step", required=True, readonly=True)
    recorded_at = fields.Datetime("Recorded", readonly=True)
    true_at = fields.Datetime(
        "True time", help="By the form filled in by hand. Empty: as recorded."
    )
