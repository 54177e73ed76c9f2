import logging

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class AftersalesCampaign(models.Model):
    """Owners are told of a campaign, and told again until the vehicle comes."""

    _inherit = "aftersales.campaign"

    remind_days = fields.Integer(
        "Tell again after",
        default=30,
        help="Days after which an owner who has not come is told again; 0: never.",
    )

    _remind_days_positive = models.Constraint(
        "CHECK(remind_days >= 0)", "Days until owners are told again are 0 or more."
    )

    @api.model
    def _cron_tell_owners(self):
        """Take up new vehicle files and write to the owners whose phase has begun.

        Owners without a mail address are left to the advisers' list. Commits after
        each vehicle with the mark that it was told, so a run that was killed is
        simply run again; what fails is logged, keeps its reason, is tried again the
        next day and stops no other (R-BEY-08).
        """
        running = self.search([("state", "=", "running")])
        running._add_vehicles()
        cron = self.env["ir.cron"]
        todo = running._get_rows_to_tell().ids
        cron._commit_progress(remaining=len(todo))
        for row_id in todo:
            row = self.env["aftersales.campaign.vehicle"].browse(row_id)
            try:
                with self.env.cr.savepoint():
                    row._tell_owner()
            except Exception as error:
                # One broken address must not keep the others from their letters.
                _logger.exception("Owner of campaign row %s could not be told", row_id)
                self.env.invalidate_all(flush=False)
                row._write_failure(error)
            if not cron._commit_progress(1):
                break

    def _get_rows_to_tell(self):
        """Return the vehicles whose owners are to be written to now."""
        today = fields.Date.context_today(self)
        rows = self.env["aftersales.campaign.vehicle"]
        due = Domain(
            [
                ("partner_id.email", "!=", False),
                ("vehicle_id.state", "=", "active"),
                "|",
                ("date_start", "=", False),
                ("date_start", "<=", today),
            ]
        )
        for campaign in self:
            if campaign.date_end and campaign.date_end < today:
                continue
            told = Domain("state", "=", "open")
            if campaign.remind_days:
                last = fields.Datetime.subtract(
                    fields.Datetime.now(), days=campaign.remind_days
                )
                told |= Domain("state", "=", "told") & Domain("told_at", "<=", last)
            rows |= rows.search(
                Domain("campaign_id", "=", campaign.id) & told & due,
                order="date_start, id",
            )
        return rows

    def action_tell_owners(self):
        """Let the owners whose phase has begun be written to now, in the background."""
        self._check_role("quality", "advisor")
        self._check_state("running")
        # sudo: whoever announces a campaign holds no rights on scheduled actions
        self.env.ref("aftersales.ir_cron_campaign").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The owners are being written to."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
