from odoo import api, fields, models


class AftersalesTicket(models.Model):
    """One team's job is its team's; several teams' go to the supervisor (R-DISP-01)."""

    _inherit = "aftersales.ticket"

    needs_several_teams = fields.Boolean(
        compute="_compute_needs_several_teams",
        store=True,
        readonly=False,
        help="The work asks for skills that no one team has. Its jobs go to the "
        "workshop's supervisor, who gives them out.",
    )

    @api.depends("team_id", "line_ids.product_id")
    def _compute_needs_several_teams(self):
        """Say yes as soon as the skills asked for are not all in the ticket's team."""
        for ticket in self:
            wanted = ticket.line_ids.product_id.aftersales_skill_id
            # sudo: skills of colleagues; only a yes or no leaves this method
            known = ticket.team_id.member_ids.sudo().aftersales_skill_ids
            ticket.needs_several_teams = bool(
                ticket.needs_several_teams
                or (ticket.team_id and known and wanted - known)
            )

    def _pass_to_supervisor(self):
        """Ask the workshop's supervisor to give out the jobs of these tickets."""
        Deadline = self.env["aftersales.deadline"]
        todo = self.env.ref("mail.mail_activity_data_todo")
        for ticket in self:
            jobs = ticket.operation_ids.filtered(lambda job: job.state == "waiting")
            summary = self.env._("Several teams: give out the jobs")
            known = ticket.activity_ids.filtered(
                lambda call, summary=summary: call.summary == summary
            )
            if not jobs or known:
                continue
            supervisor = ticket.team_id.leader_id or Deadline._default_user(
                "dispatcher", ticket.company_id
            )
            ticket.activity_schedule(
                activity_type_id=todo.id,
                summary=summary,
                note=", ".join(jobs.mapped("name")),
                user_id=supervisor.id or self.env.uid,
            )
