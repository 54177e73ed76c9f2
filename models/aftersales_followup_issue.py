from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesFollowup(models.Model):
    """Points, wishes and complaints that a contact brought up (R-FU-08)."""

    _inherit = "aftersales.followup"

    def _start_issues(self, now):
        """Start the clock of what was not answered during the contact.

        A complaint or a wish is an open point until somebody says that it is answered.
        """
        for followup in self:
            if followup.issue_state == "none" and (
                followup.complaint_text or followup.requests
            ):
                followup.issue_state = "solving"
            if followup.issue_state == "solving":
                days = followup.company_id.aftersales_followup_issue_days
                followup.issue_due = followup.issue_due or now + timedelta(days=days)
                followup.issue_user_id = followup.issue_user_id or followup.user_id

    def _check_issue_step(self, *states):
        """Raise unless the user handles open points and the point is in ``states``."""
        self.check_access("write")
        user = self.env.user
        if not (
            self.env.su
            or user.has_group("aftersales.group_aftersales_advisor")
            or user.has_group("aftersales.group_aftersales_quality")
        ):
            raise AccessError(
                self.env._("Open points are handled by customer service or by Quality.")
            )
        labels = dict(self._fields["issue_state"]._description_selection(self.env))
        for followup in self:
            if followup.state != "done" or followup.issue_state not in states:
                raise UserError(
                    self.env._(
                        "Follow-up %(followup)s: its open point is “%(state)s”; this "
                        "step does not fit.",
                        followup=followup.display_name,
                        state=labels[followup.issue_state],
                    )
                )

    def action_issue_report(self):
        """Report unsolved points to the supervisor (R-FU-08, within 2 days)."""
        self._check_issue_step("solving")
        # sudo: stamps are not editable; role, access and state are checked above
        self.sudo()._report_issues()

    def _report_issues(self):
        """Stamp the report and give the supervisor one activity for each point."""
        self.write(
            {"issue_state": "reported", "issue_reported_at": fields.Datetime.now()}
        )
        self._make_supervisor_activities(
            "aftersales.activity_followup_issue",
            lambda followup: {
                "summary": self.env._("Unsolved since the follow-up"),
                "note": followup.complaint_text or followup.requests,
            },
        )

    def action_issue_solve(self):
        """State that a solution exists; the customer is to be told today (R-FU-08).

        :raises UserError: without the solution in words.
        """
        self._check_issue_step("solving", "reported")
        for followup in self:
            if not followup.solution:
                raise UserError(
                    self.env._(
                        "Follow-up %(followup)s: write down the solution first.",
                        followup=followup.display_name,
                    )
                )
        # sudo: stamps are not editable; role, access and state are checked above
        solved = self.sudo()
        solved.write({"issue_state": "solved", "solution_at": fields.Datetime.now()})
        solved.activity_unlink(["aftersales.activity_followup_issue"])
        for followup in solved:
            followup.activity_schedule(
                "aftersales.activity_followup_tell",
                user_id=followup.user_id.id or self.env.uid,
                summary=self.env._("Tell the customer the solution today"),
                note=followup.solution,
            )

    def action_issue_told(self):
        """State that the customer knows the solution; the point is closed."""
        self._check_issue_step("solved")
        # sudo: stamps are not editable; role, access and state are checked above
        told = self.sudo()
        told.write({"issue_state": "told", "told_at": fields.Datetime.now()})
        told.activity_unlink(["aftersales.activity_followup_tell"])

    def _get_supervisor(self):
        """Return who is told of overdue follow-ups and unsolved points.

        The company's supervisor; else the leader of the ticket's team; else a manager.
        """
        self.ensure_one()
        company = self.company_id
        for user in (
            company.aftersales_followup_supervisor_id,
            self.ticket_id.team_id.leader_id,
        ):
            if user.active and company in user.company_ids:
                return user
        # sudo: who belongs to a group is readable to administrators only
        group = self.env.ref("aftersales.group_aftersales_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return managers.sorted("id")[-1:]
