from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

STAMPS = {"event_id", "published_at", "published_by_id", "state"}


class AftersalesMeeting(models.Model):
    """A dispatch meeting: agenda before, minutes after, published (R-DISP-13)."""

    _name = "aftersales.meeting"
    _description = "Dispatch Meeting"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_start = fields.Datetime("When", required=True, default=fields.Datetime.now)
    duration = fields.Float(required=True, default=0.5, help="Hours.")
    team_ids = fields.Many2many(
        "aftersales.team", string="Teams", domain=[("kind", "!=", "hotline")]
    )
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        help="Beside the members of the teams.",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    agenda = fields.Text(help="What is to be talked about; written beforehand.")
    minutes = fields.Text(help="What was decided, who does it, until when.")
    problems = fields.Text("Typical Problems", help="Told to everybody afterwards.")
    praise = fields.Text(help="Who did well, and in what; told to everybody.")
    event_id = fields.Many2one(
        "calendar.event",
        string="In the Calendar",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [("draft", "Being prepared"), ("invited", "Invited"), ("done", "Published")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    published_at = fields.Datetime(readonly=True, copy=False)

    _duration_positive = models.Constraint(
        "CHECK(duration > 0)", "A meeting takes more than no time."
    )
    _agenda_first = models.Constraint(
        "CHECK(state = 'draft' OR agenda IS NOT NULL)",
        "A meeting has an agenda before people are invited.",
    )
    _minutes_kept = models.Constraint(
        "CHECK(state != 'done' OR minutes IS NOT NULL)",
        "A meeting that is published has minutes.",
    )

    def write(self, vals):
        if not self.env.su and STAMPS & vals.keys():
            raise UserError(
                self.env._(
                    "Meeting %(meeting)s goes on by its buttons.",
                    meeting=self[:1].name,
                )
            )
        return super().write(vals)

    def action_invite(self):
        """Put the meeting into the calendars of its people (R-DISP-13).

        :raises UserError: without an agenda or people, or when they are invited already
        """
        self.env["aftersales.shift"]._check_dispatcher()
        for meeting in self:
            people = meeting.user_ids | meeting.team_ids.member_ids
            if meeting.state != "draft":
                raise UserError(
                    self.env._(
                        "To %(meeting)s people have been invited already.",
                        meeting=meeting.name,
                    )
                )
            if not meeting.agenda or not people:
                raise UserError(
                    self.env._(
                        "%(meeting)s: write the agenda and say who comes.",
                        meeting=meeting.name,
                    )
                )
            # sudo: state and event are the button's; the role is checked above
            meeting.sudo().write(
                {
                    "user_ids": [Command.set(people.ids)],
                    "state": "invited",
                    "event_id": meeting._create_event(people).id,
                }
            )

    def _create_event(self, people):
        """Return the entry in the calendars of ``people``."""
        self.ensure_one()
        return self.env["calendar.event"].create(
            {
                "name": self.name,
                "start": self.date_start,
                "stop": self.date_start + timedelta(hours=self.duration),
                "description": plaintext2html(self.agenda),
                "partner_ids": [Command.set(people.partner_id.ids)],
            }
        )

    def action_publish(self):
        """Send minutes, typical problems and praise to everybody (R-DISP-13).

        :raises UserError: before anybody was invited, or without minutes
        """
        self.env["aftersales.shift"]._check_dispatcher()
        for meeting in self:
            if meeting.state != "invited" or not meeting.minutes:
                raise UserError(
                    self.env._(
                        "%(meeting)s: invite people first, and write the minutes.",
                        meeting=meeting.name,
                    )
                )
            meeting.message_post(
                body=plaintext2html(meeting._get_published_text()),
                subject=meeting.name,
                partner_ids=meeting.user_ids.partner_id.ids,
            )
        # sudo: stamps are not editable; role and state are checked above
        self.sudo().write(
            {
                "state": "done",
                "published_by_id": self.env.uid,
                "published_at": fields.Datetime.now(),
            }
        )

    def _get_published_text(self):
        """Return what everybody gets to read, a paragraph each."""
        self.ensure_one()
        return "\n\n".join(
            f"{self._fields[fname]._description_string(self.env)}: {self[fname]}"
            for fname in ("minutes", "problems", "praise")
            if self[fname]
        )
