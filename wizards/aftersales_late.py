from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class AftersalesLate(models.TransientModel):
    """Enter the true times from a form that was filled in by hand (R-BEY-18).

    The steps themselves are taken with their buttons, by who has that role; here their
    times are put right, and the time that people spent on the jobs is added.
    """

    _name = "aftersales.late"
    _description = "Enter True Times"

    ticket_id = fields.Many2one("aftersales.ticket", required=True, readonly=True)
    reason = fields.Char(help="Why the times are entered afterwards.")
    line_ids = fields.One2many("aftersales.late.line", "late_id", string="Steps")
    time_ids = fields.One2many("aftersales.late.time", "late_id", string="On the jobs")

    @api.model
    def default_get(self, fields):
        """Propose the steps of the ticket that have a time."""
        values = super().default_get(fields)
        if "line_ids" in fields and values.get("ticket_id"):
            ticket = self.env["aftersales.ticket"].browse(values["ticket_id"])
            values["line_ids"] = [
                Command.create(
                    {
                        "stamp": key,
                        "name": record._fields[name]._description_string(self.env),
                        "recorded_at": record[name],
                    }
                )
                for key, record, name, *__ in ticket._get_late_stamps()
            ]
        return values

    def action_confirm(self):
        """Put the times right, mark and log them as entered afterwards.

        :raises AccessError: without the right to enter true times
        :raises UserError: without a reason or a time, for a time that lies ahead or
            before the report, or steps that would run backwards
        """
        self.ensure_one()
        if not self.env.user.has_group("aftersales.group_aftersales_late_entry"):
            raise AccessError(
                self.env._(
                    "Ticket %(ticket)s: who enters times afterwards needs the right "
                    "“Enter true times”. Ask a manager.",
                    ticket=self.ticket_id.name,
                )
            )
        self.ticket_id.check_access("read")
        changed = self.line_ids.filtered(
            lambda line: line.true_at and line.true_at != line.recorded_at
        )
        if not self.reason or not (changed or self.time_ids):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: enter a true time, and say why it is entered "
                    "afterwards.",
                    ticket=self.ticket_id.name,
                )
            )
        self.ticket_id._lock_step()
        self._check_times(changed)
        self._correct_stamps(changed)
        self._add_times()
        return {"type": "ir.actions.act_window_close"}

    def _check_times(self, changed):
        """Raise UserError unless the true times can be."""
        ticket = self.ticket_id
        now = fields.Datetime.now()
        first = ticket.reported_at.replace(second=0)
        for line in changed:
            if not first <= line.true_at <= now:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s, %(step)s: the time lies before the report, "
                        "or has not come yet.",
                        ticket=ticket.name,
                        step=line.name,
                    )
                )
        true = {line.stamp: line.true_at for line in changed}
        last, last_name = None, None
        for key, record, name, __, on_the_way in ticket._get_late_stamps():
            if not on_the_way:
                continue
            moment = true.get(key, record[name])
            label = record._fields[name]._description_string(self.env)
            if last and moment < last:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: %(step)s cannot be before %(earlier)s. "
                        "Enter both true times.",
                        ticket=ticket.name,
                        step=label,
                        earlier=last_name,
                    )
                )
            last, last_name = moment, label

    def _correct_stamps(self, changed):
        """Write the true times where they belong, with their deadlines and log."""
        ticket = self.ticket_id
        lines = {line.stamp: line for line in changed}
        entries = []
        for key, record, name, milestone, __ in ticket._get_late_stamps():
            line = lines.get(key)
            if not line:
                continue
            recorded = record[name]
            # sudo: stamps are not editable; right, access and times are checked above
            record.sudo().write({name: line.true_at})
            if milestone:
                ticket._deadline_correct(milestone, recorded, line.true_at)
            entries.append(
                {
                    "ticket_id": ticket.id,
                    "stamp": key,
                    "name": line.name,
                    "recorded_at": recorded,
                    "true_at": line.true_at,
                    "user_id": self.env.uid,
                    "reason": self.reason,
                }
            )
        # sudo: the log is written by this step only; the right is checked above
        self.env["aftersales.late.entry"].sudo().create(entries)
        if entries:
            # sudo: whoever enters times need not edit the ticket
            ticket.sudo()._message_log(
                body=self.env._(
                    "Entered afterwards by %(user)s: %(steps)s. Reason: %(reason)s",
                    user=self.env.user.name,
                    steps=", ".join(entry["name"] for entry in entries),
                    reason=self.reason,
                )
            )

    def _add_times(self):
        """Add the time on the jobs, marked as entered by hand."""
        for time in self.time_ids:
            if time.operation_id.ticket_id != self.ticket_id:
                raise UserError(
                    self.env._(
                        "Job %(job)s does not belong to ticket %(ticket)s.",
                        job=time.operation_id.display_name,
                        ticket=self.ticket_id.name,
                    )
                )
        # sudo: times are written by the clock; the right is checked by the caller
        self.env["aftersales.timelog"].sudo().create(
            [
                {
                    "user_id": time.user_id.id,
                    "company_id": self.ticket_id.company_id.id,
                    "operation_id": time.operation_id.id,
                    "category": "job",
                    "date_start": time.date_start,
                    "date_stop": time.date_stop,
                    "entered_late": True,
                    "note": self.reason,
                }
                for time in self.time_ids
            ]
        )
