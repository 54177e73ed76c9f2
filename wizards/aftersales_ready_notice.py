from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesReadyNotice(models.TransientModel):
    """Tell the customer that, or when, his vehicle is ready (R-SETT-03)."""

    _name = "aftersales.ready.notice"
    _description = "Ready Notice"

    ticket_id = fields.Many2one("aftersales.ticket", required=True, readonly=True)
    how = fields.Selection(
        [
            ("phone", "By phone"),
            ("message", "By message"),
            ("in_person", "In person"),
        ],
        required=True,
        default="phone",
    )
    person = fields.Char("Told to", required=True, help="Of the customer's side.")
    told_at = fields.Datetime(required=True, default=fields.Datetime.now)
    ready_at = fields.Datetime("Ready at", required=True)
    reached = fields.Boolean(
        default=True, help="Off: he was called and did not answer; call again."
    )

    def action_confirm(self):
        """Enter the notice; it meets the ticket's deadline for it.

        :raises UserError: for a notice that lies in the future, or of a time later
            than what was promised
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket._check_notifiable()
        now = fields.Datetime.now()
        if self.told_at > now:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the time at which the customer was told lies "
                    "in the future.",
                    ticket=ticket.name,
                )
            )
        if ticket.promised_at and self.ready_at > max(ticket.promised_at, now):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: that is later than what was promised. Tell the "
                    "customer of the delay instead, with its reason.",
                    ticket=ticket.name,
                )
            )
        if self.how == "phone" and not self.reached:
            ticket._notify_customer(
                "phone",
                self.person,
                self.told_at,
                self.env._("Ready notice: nobody answered"),
                False,
                reached=False,
            )
            return {"type": "ir.actions.act_window_close"}
        if self.how != "in_person":
            ticket._notify_customer(
                self.how,
                self.person,
                self.told_at,
                self.env._("Your vehicle is ready"),
                self._get_words(),
            )
        ticket._mark_notified(self.told_at)
        return {"type": "ir.actions.act_window_close"}

    def _get_words(self):
        """Return what the customer reads, in his language."""
        ticket = self.ticket_id
        notice = self.with_context(
            lang=ticket._get_report_lang(),
            tz=ticket.company_id.resource_calendar_id.tz or self.env.user.tz,
        )
        time = fields.Datetime.context_timestamp(notice, self.ready_at)
        return notice.env._(
            "Your vehicle can be fetched from %(time)s on.",
            time=time.strftime("%Y-%m-%d %H:%M"),
        )
