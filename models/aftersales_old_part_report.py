import logging
from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

MONTH = relativedelta(months=1)
DAY = relativedelta(days=1)


class AftersalesOldPartReport(models.Model):
    """Warranty parts of a month whose old parts are not in (R-OLD-02, F35).

    The scheduled action begins it on the first of the next month; the parts keeper
    sends it to Finance by the day the policy says (the fifth). Until then it follows
    the old parts, after that its lines are frozen.
    """

    _name = "aftersales.old.part.report"
    _description = "Report of Missing Old Parts"
    _inherit = [
        "aftersales.role.mixin",
        "aftersales.deadline.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, id desc"
    _check_company_auto = True
    _deadline_field = "old_part_report_id"
    _deadline_people_fields = frozenset({"keeper_id"})

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True, help="The first day of it.")
    keeper_id = fields.Many2one(
        "res.users",
        string="Parts keeper",
        readonly=True,
        help="Who sends it to Finance.",
    )
    state = fields.Selection(
        [("draft", "To be sent"), ("sent", "Sent to Finance")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        "aftersales.old.part.report.line", "report_id", readonly=True
    )
    line_count = fields.Integer(
        "Missing of the month", compute="_compute_counts", store=True
    )
    older_count = fields.Integer(
        "Missing from before", compute="_compute_counts", store=True
    )
    refreshed_at = fields.Datetime("As of", readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    note = fields.Text("Remarks")
    policy_id = fields.Many2one("aftersales.policy", readonly=True)
    deadline_ids = fields.One2many("aftersales.deadline", "old_part_report_id")

    _month_uniq = models.UniqueIndex(
        "(company_id, month)", "A month is reported once by each company."
    )
    _month_begins = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month) = 1)", "A month is named by its first day."
    )
    _sent_stamped = models.Constraint(
        "CHECK(state = 'draft' OR (sent_by_id IS NOT NULL AND sent_at IS NOT NULL))",
        "A report that was sent says by whom and when.",
    )

    @api.depends("month")
    def _compute_display_name(self):
        for report in self:
            month = report.month.strftime("%Y-%m") if report.month else ""
            report.display_name = self.env._("Missing old parts %(month)s", month=month)

    @api.depends("line_ids.is_older")
    def _compute_counts(self):
        counts = {
            (report.id, older): count
            for report, older, count in self.env[
                "aftersales.old.part.report.line"
            ]._read_group(
                [("report_id", "in", self.ids)], ["report_id", "is_older"], ["__count"]
            )
        }
        for report in self:
            report.line_count = counts.get((report._origin.id, False), 0)
            report.older_count = counts.get((report._origin.id, True), 0)

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("The report of a month is begun by the scheduled action.")
            )
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            vals["policy_id"] = (
                self.env["aftersales.policy"]
                ._get_document_policy("old_part_report", company)
                .id
            )
        reports = super().create(vals_list)
        reports._deadline_create()
        return reports

    def write(self, vals):
        if not self.env.su and vals.keys() - {"note", "activity_ids"}:
            raise AccessError(
                self.env._("What a report says follows from the old parts.")
            )
        if not self.env.su and "note" in vals:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("%(report)s is kept as a record.", report=self[:1].display_name)
        )

    def _check_draft(self):
        for report in self:
            if report.state == "sent":
                raise UserError(
                    self.env._(
                        "%(report)s was sent to Finance; it does not change any more.",
                        report=report.display_name,
                    )
                )

    # -- Deadlines --------------------------------------------------------------------

    def _deadline_start(self):
        self.ensure_one()
        zone = timezone(self.company_id.resource_calendar_id.tz or "UTC")
        last = datetime.combine(self.month + MONTH - DAY, time(12))
        return zone.localize(last).astimezone(utc).replace(tzinfo=None)

    def _deadline_user(self, role):
        self.ensure_one()
        if role == "parts_keeper":
            return self.keeper_id
        if role == "finance":
            return self.company_id.aftersales_old_part_report_user_id
        return self.env["res.users"]

    # -- What is missing --------------------------------------------------------------

    def _refresh(self):
        """Write the lines anew from what is due now (in sudo).

        Older parts are those issued before the month: they stay in the report until
        they are in.
        """
        now = fields.Datetime.now()
        lines = self.env["aftersales.old.part.report.line"]
        for report in self:
            lines._write_for(report, report.month + MONTH)
            report.refreshed_at = now

    def action_refresh(self):
        """Look anew at what is missing (parts keeper)."""
        self._check_keeper()
        self._check_draft()
        # sudo: lines are written by this step only; role and state are checked above
        self.sudo()._refresh()
        return True

    def _check_keeper(self):
        """Raise AccessError unless the user is a parts keeper who sees the reports."""
        self.check_access("read")
        self._check_role("parts_keeper")

    # -- Sending ----------------------------------------------------------------------

    def action_send(self):
        """Send what is missing to Finance; from now on it is frozen (R-OLD-02).

        :raises UserError: when it was sent before
        """
        self._check_keeper()
        self._check_draft()
        # sudo: stamps are not editable; role and state are checked above
        reports = self.sudo()
        reports.lock_for_update()
        reports._refresh()
        reports.write(
            {
                "state": "sent",
                "sent_by_id": self.env.uid,
                "sent_at": fields.Datetime.now(),
            }
        )
        reports._deadline_reach("old_parts_reported")
        reports.activity_unlink(["aftersales.activity_old_part_report"])
        for report in reports:
            report._tell_finance()
        return True

    def _get_finance_users(self):
        """Return who in Finance gets the report."""
        self.ensure_one()
        chosen = self.company_id.aftersales_old_part_report_user_id
        if chosen:
            return chosen
        group = self.env.ref("aftersales.group_aftersales_finance")
        domain = Domain("company_ids", "in", self.company_id.id)
        domain &= Domain("share", "=", False)
        users = self.env["res.users"]
        return users.search(domain & Domain("group_ids", "in", group.ids)) or (
            users.search(domain & Domain("all_group_ids", "in", group.ids), limit=1)
        )

    def _tell_finance(self):
        """Call Finance: a message with the figures, and an activity (in sudo)."""
        self.ensure_one()
        users = self._get_finance_users()
        words = self.env._(
            "%(count)s old parts issued in %(month)s are missing, %(older)s from "
            "before.",
            count=self.line_count,
            month=self.month.strftime("%Y-%m"),
            older=self.older_count,
        )
        self.message_post(
            body=words,
            partner_ids=users.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        for user in users:
            self.activity_schedule(
                "aftersales.activity_old_part_report_in",
                summary=words,
                user_id=user.id,
            )

    @api.readonly
    def action_view_parts(self):
        """Open the old parts of this report (smart button)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.part_return_action"
        )
        action["domain"] = [("report_line_ids.report_id", "=", self.id)]
        action["context"] = {}
        return action

    # -- Scheduled --------------------------------------------------------------------

    @api.model
    def _cron_report_missing(self):
        """Begin the report of each month that has ended, and keep drafts current.

        For every company that ever had an old part to bring in; months that passed
        while the server slept are made up for. Each company is committed; run again
        on the same day it only refreshes.
        """
        groups = self.env["aftersales.part.return"]._read_group(
            [], ["company_id"], ["issued_on:min"]
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(groups))
        for company, first in groups:
            try:
                with self.env.cr.savepoint():
                    self._begin_months(company, first)
            except Exception:
                # One company must not stop the others.
                _logger.exception("Missing old parts of %s", company.name)
            if not progress(1):
                break

    @api.model
    def _begin_months(self, company, first):
        """Make the reports of ``company`` that are missing, and refresh its drafts.

        :param first: when its first warranty part was issued
        """
        zone = timezone(company.resource_calendar_id.tz or "UTC")
        today = datetime.now(utc).astimezone(zone).date()
        this_month = today.replace(day=1)
        last = self.search([("company_id", "=", company.id)], limit=1).month
        # The first report has all that is older, whatever month it was issued in.
        month = last + MONTH if last else this_month - MONTH
        vals_list = []
        while month < this_month and first < month + MONTH:
            vals_list.append({"company_id": company.id, "month": month})
            month += MONTH
        keeper = self.env["aftersales.deadline"]._default_user("parts_keeper", company)
        reports = self.create([{**vals, "keeper_id": keeper.id} for vals in vals_list])
        for report in reports.filtered("keeper_id"):
            report.activity_schedule(
                "aftersales.activity_old_part_report", user_id=keeper.id
            )
        self.search(
            [("company_id", "=", company.id), ("state", "=", "draft")]
        )._refresh()
