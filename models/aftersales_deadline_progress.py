from odoo import models


class AftersalesDeadline(models.Model):
    """The progress check is due between two shares of the planned duration (C-32)."""

    _inherit = "aftersales.deadline"

    def _prepare_run_vals(self, start, clocks, event=None):
        vals = super()._prepare_run_vals(start, clocks, event=event)
        if self.event in ("progress", "notice") and not self.user_id:
            # These rows begin with the plan of the work, not with a step.
            vals["user_id"] = self.ticket_id._deadline_user(self.role).id
        if self.event == "progress" and vals["due"]:
            asked_at = self.ticket_id._get_progress_times()[0]
            if asked_at and asked_at < vals["due"]:
                vals["warning_at"] = asked_at
                vals["alert_at"] = False if self.is_target else asked_at
        return vals


class AftersalesOperation(models.Model):
    """A new plan of a job moves what follows from the plan of its ticket."""

    _inherit = "aftersales.operation"

    def write(self, vals):
        result = super().write(vals)
        if {"planned_start", "planned_hours", "team_id"} & vals.keys():
            # sudo: the dispatcher plans; the deadlines of the tickets follow
            self.ticket_id.sudo()._progress_plan_changed()
        return result
