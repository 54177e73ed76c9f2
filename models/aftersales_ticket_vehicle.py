from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.choices import choices_of


class AftersalesTicket(models.Model):
    _inherit = "aftersales.ticket"

    odometer_reason = fields.Selection(
        selection=choices_of("aftersales.vehicle.reading", "reason"),
        string="Reason for odd reading",
        copy=False,
        help="Why a reading lies below the last one or beyond what is plausible.",
    )
    vehicle_kind = fields.Selection(related="vehicle_id.vehicle_kind")
    vehicle_odometer = fields.Float(
        related="vehicle_id.odometer", string="Odometer in the file"
    )
    vehicle_hours = fields.Float(
        related="vehicle_id.engine_hours", string="Hours in the file"
    )
    warranty_state = fields.Selection(related="vehicle_id.warranty_state")
    is_new_customer = fields.Boolean(related="partner_id.aftersales_is_new_customer")
    open_recommendation_ids = fields.Many2many(
        "aftersales.vehicle.recommendation",
        string="Work Left Undone Earlier",
        compute="_compute_open_recommendation_ids",
    )
    vehicle_driver_id = fields.Many2one(
        related="vehicle_id.driver_id", string="User in the vehicle's file"
    )
    user_warning = fields.Char(
        compute="_compute_user_warning",
        help="The customer or the user of the ticket is not in the vehicle's file.",
    )
    vehicle_due = fields.Char(
        string="Falls due",
        compute="_compute_vehicle_due",
        help="Service and inspections of the vehicle that are due or soon will be.",
    )
    file_missing = fields.Char(related="vehicle_id.file_missing")
    file_completed_at = fields.Datetime(
        string="Customer file complete", readonly=True, copy=False
    )
    file_completed_by_id = fields.Many2one(
        "res.users", string="File completed by", readonly=True, copy=False
    )

    @api.constrains("vehicle_id", "company_id")
    def _check_vehicle_company(self):
        """Refuse another company's vehicle in words that say what to do.

        Odoo's own check of companies holds as well, and comes after this one.
        """
        for ticket in self:
            owner = ticket.vehicle_id.company_id
            if owner and owner != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "Ticket %(ticket)s: vehicle %(vehicle)s is in the files of "
                        "%(owner)s. Enter the vehicle in the files of %(company)s, or "
                        "take the report for %(owner)s.",
                        ticket=ticket.name,
                        vehicle=ticket.vehicle_id.display_name,
                        owner=owner.name,
                        company=ticket.company_id.name,
                    )
                )

    @api.depends("vehicle_id")
    def _compute_open_recommendation_ids(self):
        found = (
            self.env["aftersales.vehicle.recommendation"]
            .search([("vehicle_id", "in", self.vehicle_id.ids), ("state", "=", "open")])
            .grouped("vehicle_id")
        )
        for ticket in self:
            ticket.open_recommendation_ids = found.get(ticket.vehicle_id, False)

    @api.depends("vehicle_id", "partner_id", "contact_id")
    def _compute_user_warning(self):
        for ticket in self:
            vehicle = ticket.vehicle_id
            people = ticket.partner_id | ticket.contact_id
            texts = [vehicle._check_user_match(who) for who in people if vehicle]
            ticket.user_warning = " ".join(filter(None, texts))

    @api.depends("vehicle_id")
    def _compute_vehicle_due(self):
        for ticket in self:
            ticket.vehicle_due = ", ".join(ticket.vehicle_id._get_due_soon())

    def action_complete_file(self):
        """State that the customer's and vehicle's file is complete (R-CUST-01, 03).

        Reaches the deadline of the file; a second call changes nothing.

        :raise UserError: names what the file still lacks
        """
        self._check_role("advisor", "quality")
        for ticket in self.filtered(lambda t: not t.file_completed_at):
            if not ticket.vehicle_id or ticket.file_missing:
                raise UserError(
                    self.env._(
                        "The file behind ticket %(ticket)s still lacks: %(missing)s. "
                        "Enter it in the customer's and the vehicle's file first.",
                        ticket=ticket.name,
                        missing=ticket.file_missing or self.env._("vehicle"),
                    )
                )
            ticket.write(
                {
                    "file_completed_at": fields.Datetime.now(),
                    "file_completed_by_id": self.env.uid,
                }
            )
            ticket._deadline_reach("file_completed")

    def action_update_vehicle_user(self):
        """Put the user named on the ticket into the vehicle's file, which keeps the
        change in its log (R-CUST-11).

        Who has only been noted as the reporter becomes a contact of the customer first,
        unless one of that name or phone is there already.

        :raise UserError: a reporter to be made a contact of a customer who is not
            entered yet
        """
        self._check_role("advisor", "quality")
        for ticket in self.filtered("vehicle_id"):
            if not ticket.contact_id and ticket.reporter_name:
                ticket.contact_id = ticket._find_or_create_reporter()
            if ticket.contact_id:
                ticket.vehicle_id.driver_id = ticket.contact_id

    def _find_or_create_reporter(self):
        """Return the contact of the customer that the reporter is; make it if needed"""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        if not customer:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s has no customer yet, whose contact "
                    "%(reporter)s could be. Enter the customer first.",
                    ticket=self.name,
                    reporter=self.reporter_name,
                )
            )
        name, phone = self.reporter_name.strip(), self.reporter_phone
        same = Domain("name", "=ilike", name)
        if phone:
            same |= Domain("phone", "=", phone)
        found = customer.search([("id", "child_of", customer.id)]).filtered_domain(same)
        return found[:1] or customer.create(
            {
                "name": name,
                "phone": phone,
                "parent_id": customer.id,
                "type": "contact",
            }
        )

    def _record_readings(self):
        """Enter the readings of these tickets into their vehicles' files (R-BEY-02).

        :raise ValidationError: an odd reading without its reason
        """
        # A ticket moved to another vehicle takes its reading along. See _add_reading.
        self.env["aftersales.vehicle.reading"].sudo().search(
            [("ticket_id", "in", self.ids)]
        ).filtered(lambda r: r.vehicle_id != r.ticket_id.vehicle_id).action_archive()
        for ticket in self.filtered("vehicle_id"):
            for measure, value in (
                ("odometer", ticket.odometer),
                ("hours", ticket.engine_hours),
            ):
                if value:
                    ticket.vehicle_id._add_reading(
                        value,
                        ticket.reported_at,
                        "ticket",
                        ticket=ticket,
                        reason=ticket.odometer_reason,
                        measure=measure,
                    )

    def _after_state(self, old, new):
        result = super()._after_state(old, new)
        if new == "delivered":
            self._update_vehicle_files()
        return result

    def _update_vehicle_files(self):
        """Note in the vehicles' files what was done and what was not (R-VEH-04, 09).

        A maintenance is the service the next one counts from; work declined or put off
        becomes recommended work, once for each line.
        """
        for ticket in self.filtered(lambda t: t.ticket_type == "maintenance"):
            done_at = ticket.delivered_at or fields.Datetime.now()
            date = fields.Datetime.context_timestamp(ticket, done_at).date()
            # Whoever hands over need not be allowed to write vehicle files; that the
            # service was done follows from the step he was checked for.
            ticket.vehicle_id.sudo()._register_service(date, ticket.odometer or None)
        undone = self.filtered("vehicle_id").line_ids.filtered(
            lambda line: line.approval in ("declined", "deferred")
        )
        # See above: the recommendation follows from the step.
        recommendations = self.env["aftersales.vehicle.recommendation"].sudo()
        known = {
            (recommendation.ticket_id, recommendation.name)
            for recommendation in recommendations.search(
                [("ticket_id", "in", undone.ticket_id.ids)]
            )
        }
        recommendations.create(
            [
                {
                    "vehicle_id": line.ticket_id.vehicle_id.id,
                    "ticket_id": line.ticket_id.id,
                    "product_id": line.product_id.id,
                    "name": line.name,
                    "is_safety": line.is_safety,
                }
                for line in undone
                if (line.ticket_id, line.name) not in known
            ]
        )
