from odoo import fields, models


class AftersalesPartWaiver(models.TransientModel):
    """Ask Finance to do without an old part (R-WAR-03, R-WAR-04)."""

    _name = "aftersales.part.waiver"
    _description = "Waiver of an Old Part"

    part_return_id = fields.Many2one(
        "aftersales.part.return", required=True, readonly=True
    )
    reason = fields.Char(
        required=True, help="Why recovery costs more than it is worth."
    )

    def action_confirm(self):
        """Record the request; Finance grants or leaves it."""
        self.ensure_one()
        self.part_return_id._ask_waiver(self.reason)
        return {"type": "ir.actions.act_window_close"}
