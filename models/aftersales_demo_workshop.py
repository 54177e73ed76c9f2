from odoo import api, models


class AftersalesDemo(models.AbstractModel):
    """The workshop's day: what is planned, and who is on the clock."""

    _inherit = "aftersales.demo"

    @api.model
    def _plan_workshop(self):
        """Plan the open jobs, put two into bays, let one technician clock on.

        Called once, by the demo data, after the tickets have been played.
        """
        dispatcher = self._user("dispatcher")
        team = self.env.ref("aftersales.demo_team_workshop")
        jobs = (
            self.env["aftersales.operation"]
            .with_user(dispatcher)
            .search(
                [
                    ("team_id", "=", team.id),
                    ("state", "in", ("waiting", "assigned", "paused")),
                ]
            )
        )
        jobs.action_plan_next()
        bays = team.bay_ids.filtered(lambda bay: bay.kind == "lift")
        for job, bay in zip(jobs, bays, strict=False):
            job.bay_id = bay
        at_work = jobs.filtered(
            lambda job: (
                job.ticket_id.state in ("approved", "in_progress")
                and not job.ticket_id.on_hold_reason
            )
        )[:1]
        if at_work:
            at_work.with_user(at_work.technician_id).action_clock_on()
