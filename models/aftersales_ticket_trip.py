from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# States in which somebody still has to go there.
TRIP_STATES = ("assigned", "diagnosed", "quoted", "approved", "in_progress", "ready")


class AftersalesTicket(models.Model):
    """Trips that are made for a ticket (R-TRIP-03)."""

    _inherit = "aftersales.ticket"

    trip_ids = fields.Many2many(
        "aftersales.trip",
        "aftersales_trip_ticket_rel",
        "ticket_id",
        "trip_id",
        string="Trips",
        copy=False,
    )
    trip_count = fields.Integer("Number of trips", compute="_compute_trip_count")

    @api.depends("trip_ids")
    def _compute_trip_count(self):
        counts = dict(
            self.env["aftersales.trip"]._read_group(
                [("ticket_ids", "in", self.ids)], ["ticket_ids"], ["__count"]
            )
        )
        for ticket in self:
            ticket.trip_count = counts.get(ticket._origin, 0)

    def action_view_trips(self):
        """Open the trips of this ticket."""
        self.ensure_one()
        self.check_access("read")
        return self.trip_ids._get_records_action(name=self.env._("Trips"))

    def action_plan_trip(self):
        """Plan one trip for these visits, with what the tickets know (R-TRIP-03).

        :raises UserError: for tickets of several companies, or that are no visits
        :return: the action that opens the new trip
        """
        self._check_role("technician", "advisor", "dispatcher")
        self._check_state(*TRIP_STATES)
        if len(self.company_id) != 1:
            raise UserError(self.env._("A trip is for tickets of one company."))
        for ticket in self:
            if ticket.service_mode != "onsite":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is not a visit on site.", ticket=ticket.name
                    )
                )
        return (
            self.env["aftersales.trip"]
            .with_company(self.company_id)
            .create(self._prepare_trip_vals())
            ._get_records_action()
        )

    def _prepare_trip_vals(self):
        """Return the values of one trip to all these tickets."""
        # sudo: which employees the technicians are, their names are public
        people = self.technician_id | self.technician_ids
        employees = people.sudo().with_company(self.company_id).employee_id
        visits = sorted(ticket.planned_at for ticket in self if ticket.planned_at)
        towns = {}
        for partner in self.partner_id:
            towns[partner.city or partner.name] = True
        return {
            "company_id": self.company_id.id,
            "ticket_ids": [Command.set(self.ids)],
            "employee_ids": [Command.set((employees or self.env.user.employee_id).ids)],
            "destination": ", ".join(towns),
            "reason": ", ".join(self.mapped("name")),
            "date_start": visits and visits[0],
            "date_stop": visits and visits[-1] + timedelta(hours=8),
            "contact_note": "\n".join(
                " ".join(filter(None, (contact.name, contact.phone)))
                for contact in self.mapped(lambda t: t.contact_id or t.partner_id)
            ),
        }
