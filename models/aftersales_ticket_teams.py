from odoo import fields, models


class AftersalesTicket(models.Model):
    """One team's job is its team's; several teams' go to the supervisor (R-DISP-01)."""

    _inherit = "aftersales.ticket"

    needs_several_teams = fields.Boolean(
        copy=False,
        help="The work asks for skills that no one team has. Its jobs go to the "
        "workshop's supervisor, who gives them out.",
    )

    def _note_several_teams(self):
        """Tick the tickets whose work asks for more than their team can do."""
        for ticket in self.filtered("team_id"):
            work = ticket.line_ids.filtered(
                lambda line: line.approval in ("proposed", "approved")
            )
            wanted = work.product_id.aftersales_skill_id
            # sudo: skills of colleagues; only a yes or no leaves this method
            known = ticket.team_id.member_ids.sudo().aftersales_skill_ids
            if known and wanted - known and not ticket.needs_several_teams:
                ticket.needs_several_teams = True

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
