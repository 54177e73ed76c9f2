from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.business_time import Clocks

STATES = [
    ("draft", "Draft"),
    ("agreed", "Agreed"),
    ("prepared", "Prepared"),
    ("reminded", "Reminded"),
    ("arrived", "Arrived"),
    ("no_show", "No-Show"),
    ("rescheduled", "Rescheduled"),
    ("cancelled", "Cancelled"),
]
# The customer is expected: his time is held.
HOLD_STATES = ("agreed", "prepared", "reminded")
OPEN_STATES = ("draft", *HOLD_STATES)
# What has to be ready before he comes (R-APPT-10).
CHECKLIST = (
    "ready_order",
    "ready_parts",
    "ready_expert",
    "ready_technician",
    "ready_bay",
    "ready_tools",
    "ready_documents",
)
# Agreed with the customer: a new time is a new appointment (R-APPT-13).
AGREED_FIELDS = {
    "planned_start",
    "partner_id",
    "vehicle_id",
    "line_ids",
    "service_mode",
}

# Written by the steps alone.
STAMPS = {
    "state",
    "agreed_at",
    "workshop_told_at",
    "workshop_told_by_id",
    "day_confirmed_at",
    "hour_confirmed_at",
    "arrived_at",
    "received_by_id",
    "no_show_at",
    "moved_by",
    "customer_told_at",
    "customer_told_to",
    "next_id",
    "ticket_id",
    "policy_id",
    "keep_rate",
}


class AftersalesAppointment(models.Model):
    """A time agreed with a customer, and all that is made ready for it (R-APPT).

    State and stamps follow from the steps (``aftersales_appointment_steps.py``).
    """

    _name = "aftersales.appointment"
    _description = "Appointment"
    _inherit = ["mail.thread", "mail.activity.mixin", "aftersales.deadline.mixin"]
    _order = "planned_start desc, id desc"
    _rec_names_search = ["name", "vehicle_id.license_plate", "vehicle_id.vin"]
    _check_company_auto = True
    _deadline_field = "appointment_id"
    _deadline_condition_fields = frozenset()
    _deadline_people_fields = frozenset({"advisor_id", "team_id"})

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, copy=False, default="draft", tracking=True
    )
    origin = fields.Selection(
        [("customer", "The customer asked"), ("company", "Proposed by us")],
        required=True,
        default="customer",
        help="We propose times when the workshop has room (R-APPT-01).",
    )
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("web", "Web form"),
            ("walk_in", "Walk-in"),
            ("followup", "Follow-up call"),
            ("dealer", "Dealer"),
        ],
        required=True,
        default="phone",
    )
    ticket_type = fields.Selection(
        [
            ("repair", "Repair"),
            ("maintenance", "Maintenance"),
            ("inspection", "Inspection"),
            ("recall", "Recall"),
            ("other", "Other"),
        ],
        "Type",
        required=True,
        default="repair",
    )
    service_mode = fields.Selection(
        [
            ("workshop", "Workshop"),
            ("onsite", "On site"),
            ("factory", "Return to factory"),
        ],
        "Mode",
        required=True,
        default="workshop",
        help="On site: we come to the customer at this time (R-APPT-16).",
    )

    # Who and what
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="User of the vehicle",
        index="btree_not_null",
        check_company=True,
    )
    phone = fields.Char(compute="_compute_phone")
    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    odometer = fields.Float(copy=False, help="As the customer told it.")
    complaint = fields.Text("Request", help="In the customer's words.")
    diagnosis = fields.Text(help="By phone, as far as it goes (R-APPT-03).")
    solution = fields.Text("Proposed solution")
    consulted_id = fields.Many2one(
        "res.users",
        string="Expert asked",
        domain=[("share", "=", False)],
        help="Who was asked about the fault (R-APPT-03).",
    )
    line_ids = fields.One2many("aftersales.appointment.line", "appointment_id")
    # sudo: the currency of a dealer's list, also for who may not see its prices
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", compute_sudo=True
    )
    amount_estimate = fields.Monetary(
        "Expected cost",
        compute="_compute_amount_estimate",
        store=True,
        help="What the customer pays, without tax (R-APPT-04).",
    )

    # When, where, by whom
    planned_start = fields.Datetime("Time", required=True, index=True, copy=False)
    planned_hours = fields.Float(
        "Expected duration",
        compute="_compute_planned_hours",
        store=True,
        readonly=False,
        precompute=True,
        help="Hours of work held in the workshop.",
    )
    planned_stop = fields.Datetime(
        "Work ends",
        compute="_compute_planned_stop",
        store=True,
        help="In the team's working time.",
    )
    promised_at = fields.Datetime(
        "Ready told for",
        compute="_compute_promised_at",
        store=True,
        readonly=False,
        help="When the customer was told that the vehicle is ready (R-APPT-04).",
    )
    team_id = fields.Many2one(
        "aftersales.team",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self._default_team_id(),
    )
    bay_id = fields.Many2one(
        "aftersales.bay", index="btree_not_null", check_company=True
    )
    technician_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=lambda self: self.env["aftersales.ticket"]._get_role_domain(
            "technician"
        ),
    )
    advisor_id = fields.Many2one(
        "res.users",
        string="Received by",
        index="btree_not_null",
        domain=lambda self: self.env["aftersales.ticket"]._get_role_domain("advisor"),
        default=lambda self: self.env["aftersales.ticket"]._default_advisor_id(),
        help="The adviser who receives the customer; he is told the name (R-APPT-06).",
    )

    # The customer's word
    cost_told = fields.Boolean(
        "Cost and time told", copy=False, help="To the customer (R-APPT-04)."
    )
    agreed_by = fields.Char(copy=False, help="Name of who agreed.")
    agreed_how = fields.Selection(
        [("phone", "By phone"), ("paper", "Signed on paper"), ("screen", "Signed")],
        copy=False,
        default="phone",
    )
    agreed_at = fields.Datetime(readonly=True, copy=False)
    signature = fields.Binary(copy=False, attachment=True)

    # Deadlines
    policy_id = fields.Many2one(
        "aftersales.policy", readonly=True, copy=False, ondelete="restrict"
    )
    deadline_ids = fields.One2many("aftersales.deadline", "appointment_id", copy=False)

    _name_company_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "An appointment of this number exists already."
    )
    _hours_positive = models.Constraint(
        "CHECK(planned_hours > 0)", "An appointment takes some time."
    )
    _adviser_check = models.Constraint(
        "CHECK(state NOT IN ('agreed', 'prepared', 'reminded', 'arrived')"
        " OR (advisor_id IS NOT NULL AND agreed_at IS NOT NULL))",
        "An agreed appointment names who receives the customer.",
    )
    # Who holds a team's time.
    _team_idx = models.Index(
        "(team_id, planned_start) WHERE state IN ('agreed', 'prepared', 'reminded')"
    )
    _order_idx = models.Index("(planned_start DESC, id DESC)")

    @api.model
    def _default_team_id(self):
        return self.env["aftersales.team"].search(
            [("kind", "=", "workshop"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )

    # -- Computed ----------------------------------------------------------------------

    @api.depends("name", "vehicle_id.license_plate")
    def _compute_display_name(self):
        for appointment in self:
            name = self.env._("New") if appointment.name == "/" else appointment.name
            plate = appointment.vehicle_id.license_plate
            appointment.display_name = f"{name} [{plate}]" if plate else name

    @api.depends("contact_id.phone", "partner_id.phone")
    def _compute_phone(self):
        for appointment in self:
            appointment.phone = (
                appointment.contact_id.phone or appointment.partner_id.phone
            )

    @api.depends("partner_id", "company_id")
    def _compute_currency_id(self):
        for appointment in self:
            pricelist = appointment.partner_id.with_company(
                appointment.company_id
            ).property_product_pricelist
            appointment.currency_id = (
                pricelist.currency_id or appointment.company_id.currency_id
            )

    @api.depends("line_ids.price_subtotal", "line_ids.payer")
    def _compute_amount_estimate(self):
        for appointment in self:
            appointment.amount_estimate = sum(
                line.price_subtotal
                for line in appointment.line_ids
                if line.payer in ("customer", "insurer")
            )

    @api.depends("line_ids.product_id", "line_ids.quantity")
    def _compute_planned_hours(self):
        for appointment in self:
            hours = sum(line._get_hours() for line in appointment.line_ids)
            appointment.planned_hours = (
                hours
                or appointment.planned_hours
                or appointment.company_id.aftersales_default_hours
            )

    @api.depends(
        "planned_start", "planned_hours", "team_id.resource_calendar_id", "company_id"
    )
    def _compute_planned_stop(self):
        clocks = Clocks()
        for appointment in self:
            start = appointment.planned_start
            team = appointment.team_id
            appointment.planned_stop = start and clocks.of(
                team.resource_calendar_id, appointment.company_id
            ).add(start, appointment.planned_hours * 60)

    @api.depends("planned_stop")
    def _compute_promised_at(self):
        for appointment in self:
            if appointment.state == "draft" or not appointment.promised_at:
                appointment.promised_at = appointment.planned_stop

    @api.onchange("vehicle_id")
    def _onchange_vehicle_id(self):
        for appointment in self.filtered("vehicle_id"):
            vehicle = appointment.vehicle_id
            appointment.partner_id = vehicle.partner_id or appointment.partner_id
            appointment.contact_id = vehicle.driver_id

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals[fname] and (fname, vals[fname]) != ("state", "draft")
            for vals in vals_list
            for fname in STAMPS & vals.keys()
        ):
            raise AccessError(
                self.env._(
                    "An appointment begins as Draft; its state follows from its steps."
                )
            )
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            company = self.env["res.company"].browse(
                vals.get("company_id") or self.env.company.id
            )
            if vals.get("name", "/") == "/":
                vals["name"] = (
                    self.env["ir.sequence"]
                    .with_company(company)
                    .next_by_code("aftersales.appointment")
                )
        return super().create(vals_list)

    def write(self, vals):
        if STAMPS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._(
                    "The state of an appointment follows from its steps; use its "
                    "buttons."
                )
            )
        if "company_id" in vals:
            raise UserError(
                self.env._("An appointment stays with the company that agreed it.")
            )
        if AGREED_FIELDS & vals.keys() and not self.env.su:
            for appointment in self.filtered(lambda a: a.state != "draft"):
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s is agreed with the customer. "
                        "Move it to another time, or cancel it and make a new one.",
                        appointment=appointment.name,
                    )
                )
        result = super().write(vals)
        if {"planned_start", "planned_hours", "team_id", "bay_id"} & vals.keys():
            self.filtered(lambda a: a.state in HOLD_STATES)._check_capacity()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for appointment in self:
            if appointment.state != "draft":
                raise UserError(
                    self.env._(
                        "Appointment %(appointment)s stays in the register. Cancel it "
                        "instead.",
                        appointment=appointment.name,
                    )
                )
