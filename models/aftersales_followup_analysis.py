from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

SUMS = ("due_count", "done_count", "on_time_count")


class AftersalesFollowupAnalysis(models.Model):
    """What follow-ups of a period say, for the superior (R-FU-11, 14, 15; F30).

    The figures are counted from the follow-ups; causes and measures are written by who
    looked into them. Sent, the report stays as it was, with its figures.
    """

    _name = "aftersales.followup.analysis"
    _description = "Follow-up Analysis Report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: (
            self._default_date_from() + relativedelta(months=1, days=-1)
        ),
    )
    user_id = fields.Many2one(
        "res.users",
        "Written by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    recipient_id = fields.Many2one(
        "res.users", "Superior", domain=[("share", "=", False)]
    )
    summary = fields.Text(help="What the figures say, in a few sentences.")
    causes = fields.Text(help="Why customers were dissatisfied, or not reached.")
    measures = fields.Text(help="What is to be done, by whom, until when.")
    demand = fields.Text(
        "Demand and market", help="What customers need next, what the market does."
    )
    figures = fields.Json(
        compute="_compute_figures", help="Counted until the report is sent."
    )
    sent_figures = fields.Json(readonly=True, copy=False)
    due_count = fields.Integer("Due", compute="_compute_figures")
    done_count = fields.Integer("Done", compute="_compute_figures")
    done_ratio = fields.Float("Follow-up ratio (%)", compute="_compute_figures")
    satisfied_ratio = fields.Float("Satisfied (%)", compute="_compute_figures")
    complaint_count = fields.Integer("Dissatisfied", compute="_compute_figures")
    state = fields.Selection(
        [("draft", "Being written"), ("sent", "Sent")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    sent_at = fields.Datetime(readonly=True, copy=False)

    _period_fits = models.Constraint(
        "CHECK(date_to >= date_from)", "A period ends after it began."
    )
    _sent_to_someone = models.Constraint(
        "CHECK(state != 'sent' OR (recipient_id IS NOT NULL AND sent_at IS NOT NULL))",
        "A report that is sent names the superior and the time.",
    )

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for report in self:
            report.name = f"{report.date_from} – {report.date_to}"

    @api.constrains("recipient_id", "user_id")
    def _check_recipient(self):
        for report in self:
            if report.recipient_id and report.recipient_id == report.user_id:
                raise ValidationError(
                    self.env._(
                        "Analysis %(name)s: the superior is somebody else than who "
                        "writes it.",
                        name=report.name,
                    )
                )

    @api.depends("date_from", "date_to", "company_id", "sent_figures")
    def _compute_figures(self):
        for report in self:
            figures = report.sent_figures or report._count()
            report.figures = figures
            for name in ("due_count", "done_count", "done_ratio", "satisfied_ratio"):
                report[name] = figures["total"][name]
            report.complaint_count = len(figures["complaints"])

    # -- Counting -----------------------------------------------------------------

    def _count(self):
        """Return the figures of the period.

        :return: dict ``total`` (a row), ``kinds`` and ``people`` (lists of rows with
            ``name``), ``complaints`` and ``needs`` (lists of dicts of words)
        """
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("window_end", ">=", self.date_from),
            ("window_end", "<", (self.date_to or self.date_from) + timedelta(days=1)),
        ]
        contacts = self.env["aftersales.followup"].search(
            [*domain, ("state", "=", "done")], order="done_at, id"
        )
        return {
            "total": self._count_rows(domain, None)[0],
            "kinds": self._count_rows(domain, "rule_id"),
            "people": self._count_rows(domain, "user_id"),
            "complaints": [
                {
                    "ticket": contact.ticket_id.name,
                    "text": contact.complaint_text or contact.opinion or "",
                    "solution": contact.solution or "",
                }
                for contact in contacts
                if contact.satisfied == "dissatisfied" or contact.complaint_text
            ],
            "needs": [
                {"ticket": contact.ticket_id.name, "text": contact.new_needs}
                for contact in contacts
                if contact.new_needs
            ],
        }

    def _count_rows(self, domain, groupby):
        """Return one row for each group: sums, ratios in percent, mean score."""
        groups = self.env["aftersales.followup.report"]._read_group(
            domain,
            [groupby] if groupby else [],
            [f"{name}:sum" for name in SUMS] + ["satisfied_ratio:avg", "score:avg"],
        )
        rows = []
        for group in groups:
            name = group[0].display_name if groupby else ""
            values = group[1:] if groupby else group
            row = dict(zip(SUMS, (value or 0 for value in values), strict=False))
            due = row["due_count"]
            row.update(
                name=name or "",
                done_ratio=round(100 * row["done_count"] / due, 1) if due else 0,
                on_time_ratio=round(100 * row["on_time_count"] / due, 1) if due else 0,
                satisfied_ratio=round(values[3] or 0, 1),
                score=round(values[4] or 0, 1),
            )
            rows.append(row)
        return rows

    # -- Steps --------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & {"state", "sent_at", "sent_figures", "user_id"}:
                raise UserError(
                    self.env._("An analysis is sent with its button Send only.")
                )
            for report in self:
                if report.state == "sent":
                    raise UserError(
                        self.env._(
                            "Analysis %(name)s is sent and stays as it is. Write a "
                            "new one.",
                            name=report.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for report in self:
            if report.state == "sent":
                raise UserError(
                    self.env._(
                        "Analysis %(name)s is sent and is kept as a record.",
                        name=report.name,
                    )
                )

    def action_send(self):
        """Send the report to the superior; its figures stay (R-FU-14).

        :raises UserError: without a superior, causes or measures
        """
        self.check_access("write")
        for report in self:
            if report.state == "sent" or not (
                report.recipient_id and report.causes and report.measures
            ):
                raise UserError(
                    self.env._(
                        "Analysis %(name)s: choose the superior, and write causes and "
                        "measures. It is sent once.",
                        name=report.name,
                    )
                )
            # sudo: stamps are not editable; access and content are checked above
            report.sudo().write(
                {
                    "state": "sent",
                    "sent_at": fields.Datetime.now(),
                    "sent_figures": report._count(),
                }
            )
            report.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Read the follow-up analysis"),
                user_id=report.recipient_id.id,
            )
