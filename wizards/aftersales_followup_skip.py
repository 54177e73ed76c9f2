from odoo import fields, models


class AftersalesFollowupSkip(models.TransientModel):
    """Why a customer is not contacted."""

    _name = "aftersales.followup.skip"
    _description = "Skip a Follow-up"

    followup_ids = fields.Many2many(
        "aftersales.followup",
        "aftersales_followup_skip_rel",
        "wizard_id",
        "followup_id",
        required=True,
    )
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Skip the follow-ups with the reason given."""
        self.ensure_one()
        self.followup_ids.action_skip(self.reason)
        return {"type": "ir.actions.act_window_close"}
