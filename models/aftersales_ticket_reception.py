from odoo import api, fields, models
from odoo.exceptions import UserError

# Papers asked for at every reception.
USUAL_PAPERS = ("registration", "annual", "secondary", "insurance")


class AftersalesTicket(models.Model):
    """The reception of the ticket's vehicle (R-RECV)."""

    _inherit = "aftersales.ticket"

    reception_ids = fields.One2many(
        "aftersales.reception", "ticket_id", string="Receptions", copy=False
    )
    reception_id = fields.Many2one(
        "aftersales.reception",
        compute="_compute_reception_id",
        store=True,
        index="btree_not_null",
        check_company=True,
    )
    reception_state = fields.Selection(
        related="reception_id.state", string="Reception: state"
    )

    @api.depends("reception_ids")
    def _compute_reception_id(self):
        for ticket in self:
            ticket.reception_id = ticket.reception_ids[:1]

    waiting = fields.Selection(
        related="reception_id.waiting", help="Who waits comes first (R-RECV-14)."
    )

    def _check_receivable(self):
        """Raise UserError unless the vehicle of this ticket comes to us, and is to."""
        self.ensure_one()
        if self.service_mode not in ("workshop", "factory"):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: its vehicle does not come to the workshop. "
                    "Change the mode first if it does.",
                    ticket=self.name,
                )
            )
        if not self.vehicle_id:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: enter the vehicle first.", ticket=self.name
                )
            )
        if self.state in ("ready", "delivered", "closed", "cancelled"):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the work is finished. A new visit is a new "
                    "ticket.",
                    ticket=self.name,
                )
            )

    def _needs_reception(self):
        """Return whether the vehicle must be received before it is worked on."""
        self.ensure_one()
        return (
            self.company_id.aftersales_reception_required
            and self.service_mode in ("workshop", "factory")
            and bool(self.vehicle_id)
        )

    def _check_before_start(self):
        """Nobody works on a vehicle its owner has not signed over (R-RECV-03)."""
        result = super()._check_before_start()
        if self._needs_reception() and self.reception_state not in ("done", "returned"):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the vehicle has not been received. The service "
                    "advisor presses Receive vehicle, fills the reception in with the "
                    "customer and closes it; then the work may begin.",
                    ticket=self.name,
                )
            )
        return result

    def action_receive_vehicle(self):
        """Open the reception of the vehicle; begin it when there is none (R-RECV-01).

        :raises AccessError: to begin it, without the role Service advisor
        :raises UserError: when the vehicle does not come to us, or has been finished
        :return: action that opens it
        """
        self.ensure_one()
        if not self.reception_id:
            self._check_role("advisor")
            self._check_receivable()
            self.env["aftersales.reception"].create(self._prepare_reception_vals())
        return self.reception_id._get_records_action()

    def _prepare_reception_vals(self):
        """Values of a new reception: who brings it, its papers, a free key number."""
        self.ensure_one()
        Reception = self.env["aftersales.reception"]
        return {
            "ticket_id": self.id,
            "brought_by": (self.contact_id or self.partner_id).name,
            "key_number": Reception._get_free_key_number(self.company_id),
            "paper_ids": [
                fields.Command.create({"kind": kind, "is_taken": False})
                for kind in USUAL_PAPERS
            ],
        }

    def _record_readings(self):
        """What was read at the reception is dated by it, not by the report."""
        received = self.filtered(lambda t: t.reception_id.state == "done")
        result = super(AftersalesTicket, self - received)._record_readings()
        for ticket in received.filtered("vehicle_id"):
            for measure, value in (
                ("odometer", ticket.odometer),
                ("hours", ticket.engine_hours),
            ):
                if value:
                    ticket.vehicle_id._add_reading(
                        value,
                        ticket.reception_id.received_at,
                        "ticket",
                        ticket=ticket,
                        reason=ticket.odometer_reason,
                        measure=measure,
                    )
        return result
