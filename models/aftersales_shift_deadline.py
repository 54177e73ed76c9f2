from odoo import fields, models


class AftersalesDeadline(models.Model):
    _inherit = "aftersales.deadline"

    shift_id = fields.Many2one(
        "aftersales.shift", readonly=True, index=True, ondelete="cascade"
    )

    _shift_milestone_uniq = models.UniqueIndex(
        "(shift_id, milestone) WHERE shift_id IS NOT NULL",
        "A shift has each deadline once.",
    )


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    document = fields.Selection(
        selection_add=[("shift", "Workshop shifts")], ondelete={"shift": "cascade"}
    )


class AftersalesShift(models.Model):
    """The deadlines of a shift, in the one engine (C-39, C-40)."""

    _inherit = "aftersales.shift"

    def _deadline_event(self, event):
        return self.date_start if event == "shift" else False

    def _deadline_user(self, role):
        self.ensure_one()
        return self.dispatcher_id if role == "dispatcher" else self.env["res.users"]

    def _deadline_applies(self, row):
        # The checks are the day's, not each shift's.
        if row.milestone in ("ready_checked", "site_checked"):
            return self.is_first
        return super()._deadline_applies(row)
