from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_ticket_progress import IN_OUR_HANDS


class AftersalesTicket(models.Model):
    """Telling the customer: ready at such a time, or later (R-SETT-03, R-SETT-04)."""

    _inherit = "aftersales.ticket"

    def action_notify_ready(self):
        """Open the notice that, or when, the vehicle is ready (R-SETT-03).

        :raises UserError: for a vehicle that is not in our hands, or not at work
        """
        self.ensure_one()
        self._check_notifiable()
        person = self.contact_id or self.partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ready Notice"),
            "res_model": "aftersales.ready.notice",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_person": person.name,
                "default_ready_at": max(
                    self.ready_at or self.promised_at or self._get_expected_at(),
                    fields.Datetime.now(),
                ),
            },
        }

    def _check_notifiable(self):
        self._check_role("advisor")
        for ticket in self:
            if ticket.service_mode not in IN_OUR_HANDS or ticket.state not in (
                "in_progress",
                "inspection",
                "ready",
            ):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: a ready notice is for a vehicle in our "
                        "hands whose work is on its way or done.",
                        ticket=ticket.name,
                    )
                )

    def _mark_notified(self, at):
        """Stamp that the customer knows since ``at`` when to come."""
        # sudo: stamps are not editable; role and state were checked by the step
        self.sudo().write({"ready_notified_at": at})
        self._deadline_reach("ready_notified", at)

    def _notify_customer(self, how, person, at, subject, words, reached=True):
        """Let the customer know something, and keep that he was told.

        :param how: ``phone``: entered in the register of calls; ``message``: sent to
            him, and shown on his page
        :param person: name of who was told
        :param at: when
        :param subject: what it was about
        :param words: what he was told
        :param reached: whether somebody answered the phone
        """
        self.ensure_one()
        partner = self.contact_id or self.partner_id
        if how == "message":
            self.message_post(
                body=words,
                subject=subject,
                partner_ids=partner.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            return
        self.env["aftersales.call"].create(
            {
                "company_id": self.company_id.id,
                "direction": "out",
                "outbound_type": "notice",
                "date": at,
                "partner_id": partner.id,
                "vehicle_id": self.vehicle_id.id,
                "ticket_id": self.id,
                "caller_name": False if person == partner.name else person,
                "summary": subject,
                "answer": words,
                "reached": reached,
            }
        )
