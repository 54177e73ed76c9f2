from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# One table, in one place: which states a mode passes through, in order.
FLOW = {
    "workshop": (
        "new",
        "assigned",
        "diagnosed",
        "quoted",
        "approved",
        "in_progress",
        "inspection",
        "ready",
        "delivered",
        "closed",
    ),
    "onsite": (
        "new",
        "assigned",
        "diagnosed",
        "quoted",
        "approved",
        "in_progress",
        "ready",
        "delivered",
        "closed",
    ),
    "parts": (
        "new",
        "assigned",
        "diagnosed",
        "quoted",
        "approved",
        "ready",
        "delivered",
        "closed",
    ),
    "remote": ("new", "assigned", "diagnosed", "delivered", "closed"),
}
FLOW["factory"] = FLOW["workshop"]

STATES = [
    ("new", "New"),
    ("assigned", "Assigned"),
    ("diagnosed", "Diagnosed"),
    ("quoted", "Quoted"),
    ("approved", "Approved"),
    ("in_progress", "In Progress"),
    ("inspection", "Inspection"),
    ("ready", "Ready"),
    ("delivered", "Delivered"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
OPEN_STATES = tuple(key for key, __ in STATES if key not in ("closed", "cancelled"))


class AftersalesTicket(models.Model):
    """The thread: everything that happens to a customer's vehicle hangs on it.

    It holds identity, state and people. The stations of the way (intake, diagnosis,
    parts, billing, handover) live in the files and records of their own.
    """

    _name = "aftersales.ticket"
    _description = "After-Sales Ticket"
    _inherit = [
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "aftersales.deadline.mixin",
        "aftersales.role.mixin",
    ]
    _order = "reported_at desc, id desc"
    _rec_names_search = [
        "name",
        "vehicle_id.vin",
        "vehicle_id.serial_number",
        "vehicle_id.license_plate",
    ]
    _check_company_auto = True
    _mail_post_access = "read"
    _deadline_field = "ticket_id"

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, index="trigram", default="/"
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="new",
        group_expand="_group_expand_state",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent"), ("2", "Vehicle down"), ("3", "Safety")],
        default="0",
    )
    ticket_type = fields.Selection(
        [
            ("repair", "Repair"),
            ("maintenance", "Maintenance"),
            ("inspection", "Inspection"),
            ("consultation", "Consultation"),
            ("recall", "Recall"),
            ("parts", "Parts purchase"),
            ("complaint", "Complaint"),
            ("exchange", "Return or exchange"),
            ("compensation", "Compensation"),
            ("feedback", "Quality feedback"),
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
            ("parts", "Parts sent"),
            ("remote", "By phone"),
            ("factory", "Return to factory"),
        ],
        "Mode",
        required=True,
        default="workshop",
    )
    on_hold_reason = fields.Selection(
        [
            ("parts", "Waiting for parts"),
            ("customer", "Waiting for the customer"),
            ("approval", "Waiting for an approval"),
            ("supplier", "Waiting for maker or supplier"),
            ("other", "Other"),
        ],
        readonly=True,
        copy=False,
        help="While a ticket is on hold its deadlines stand still.",
    )
    cancel_reason = fields.Char(readonly=True, copy=False)

    # People
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="User of the vehicle",
        index="btree_not_null",
        check_company=True,
        help="Who drives the vehicle and is called back; empty: the customer.",
    )
    team_id = fields.Many2one(
        "aftersales.team", index="btree_not_null", check_company=True
    )
    advisor_id = fields.Many2one(
        "res.users",
        string="Service advisor",
        index="btree_not_null",
        domain=lambda self: self._get_role_domain("advisor"),
        default=lambda self: self._default_advisor_id(),
        help="Speaks with the customer from the report to the handover.",
    )
    technician_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        copy=False,
        domain=lambda self: self._get_role_domain("technician"),
        help="Responsible for diagnosis and repair.",
    )
    technician_ids = fields.Many2many(
        "res.users",
        "aftersales_ticket_technician_rel",
        "ticket_id",
        "user_id",
        string="Assistants",
        copy=False,
        domain=lambda self: self._get_role_domain("technician"),
    )

    # Vehicle
    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    odometer = fields.Float(
        "Odometer at report", copy=False, help="Reading when the customer reported."
    )
    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    engine_hours = fields.Float("Engine hours at report", copy=False)

    # The three Cs
    complaint = fields.Text(help="In the customer's words.")
    cause = fields.Text(copy=False, help="The verified cause, and why.")
    correction = fields.Text(
        copy=False, help="What was done, with which parts, and how it was verified."
    )
    fault_code_ids = fields.Many2many("aftersales.fault.code", copy=False)

    # Times
    reported_at = fields.Datetime(
        "Reported at", required=True, copy=False, default=fields.Datetime.now
    )
    planned_at = fields.Datetime(
        "Visit agreed for", copy=False, help="When the technician is expected on site."
    )
    planned_hours = fields.Float("Planned duration", copy=False, help="Hours.")
    promised_at = fields.Datetime("Promised for", copy=False)
    arrived_at = fields.Datetime("Arrived at", readonly=True, copy=False)
    started_at = fields.Datetime("Started at", readonly=True, copy=False)
    finished_at = fields.Datetime("Finished at", readonly=True, copy=False)
    ready_at = fields.Datetime("Ready at", readonly=True, copy=False)
    delivered_at = fields.Datetime("Delivered at", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed at", readonly=True, copy=False)

    # The rest of the thread
    policy_id = fields.Many2one(
        "aftersales.policy",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Chosen when the ticket is made; a later change of policy "
        "touches new tickets only.",
    )
    deadline_ids = fields.One2many("aftersales.deadline", "ticket_id", copy=False)
    line_ids = fields.One2many("aftersales.ticket.line", "ticket_id", copy=True)
    amount_estimate = fields.Monetary(
        "Estimate",
        compute="_compute_amount_estimate",
        help="Lines the customer or insurer pays and has not refused, without tax.",
    )

    # The list's own order, and what the kanban and every role's menu group by.
    _order_idx = models.Index("(reported_at DESC, id DESC)")
    _company_state_idx = models.Index("(company_id, state) WHERE active IS TRUE")
    _name_company_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "A ticket of this number exists already."
    )
    _odometer_positive = models.Constraint(
        "CHECK(odometer >= 0 AND engine_hours >= 0)",
        "A reading cannot be negative.",
    )

    @api.model
    def _get_role_domain(self, role):
        """Return the domain of the users who have that role."""
        group = self.env.ref(f"aftersales.group_aftersales_{role}")
        return [("share", "=", False), ("all_group_ids", "in", group.ids)]

    def _default_advisor_id(self):
        user = self.env.user
        return (
            user
            if user.has_group("aftersales.group_aftersales_advisor") and not user.share
            else self.env["res.users"]
        )

    @api.depends(
        "line_ids.price_subtotal",
        "line_ids.payer",
        "line_ids.approval",
        "line_ids.supply",
    )
    def _compute_amount_estimate(self):
        for ticket in self:
            ticket.amount_estimate = sum(
                line.price_subtotal for line in ticket.line_ids if line._is_charged()
            )

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"
        return result

    @api.depends("name", "vehicle_id.license_plate")
    def _compute_display_name(self):
        for ticket in self:
            plate = ticket.vehicle_id.license_plate
            name = self.env._("New") if ticket.name == "/" else ticket.name
            ticket.display_name = f"{name} [{plate}]" if plate else name

    @api.onchange("vehicle_id")
    def _onchange_vehicle_id(self):
        for ticket in self.filtered("vehicle_id"):
            ticket.partner_id = ticket.vehicle_id.partner_id or ticket.partner_id
            ticket.contact_id = ticket.vehicle_id.driver_id

    @api.constrains("reported_at")
    def _check_reported_at(self):
        now = fields.Datetime.now()
        for ticket in self:
            if ticket.reported_at > now:
                raise ValidationError(
                    self.env._(
                        "Ticket %(ticket)s: a report cannot come from the future. "
                        "Enter the time at which the customer reported.",
                        ticket=ticket.name,
                    )
                )

    # -- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("state", "new") != "new" for vals in vals_list
        ):
            raise AccessError(
                self.env._("A ticket begins as New; its state follows from its steps.")
            )
        # Copies: what is filled in is not the caller's.
        vals_list = [dict(vals) for vals in vals_list]
        self._prepare_create_vals(vals_list)
        tickets = super().create(vals_list)
        tickets._deadline_create()
        tickets._record_readings()
        return tickets

    def _prepare_create_vals(self, vals_list):
        """Fill in number and policy, for all of ``vals_list`` at once."""
        defaults = self.default_get(["company_id", "ticket_type", "service_mode"])
        by_company = {}
        for vals in vals_list:
            company_id = vals.get("company_id") or defaults["company_id"]
            by_company.setdefault(company_id, []).append(vals)
        Policy = self.env["aftersales.policy"]
        for company_id, company_vals in by_company.items():
            company = self.env["res.company"].browse(company_id)
            unnumbered = [v for v in company_vals if v.get("name", "/") == "/"]
            numbers = self.env["ir.sequence"]._aftersales_next_batch(
                "aftersales.ticket", company, len(unnumbered)
            )
            for vals, number in zip(unnumbered, numbers, strict=True):
                vals["name"] = number or "/"
            policies = {}
            for vals in company_vals:
                key = (
                    vals.get("ticket_type") or defaults["ticket_type"],
                    vals.get("service_mode") or defaults["service_mode"],
                )
                if key not in policies:
                    policies[key] = Policy._get_policy(company, *key).id
                vals.setdefault("policy_id", policies[key])

    def write(self, vals):
        if "state" in vals and not self.env.su:
            raise AccessError(
                self.env._(
                    "The state of a ticket follows from its steps; "
                    "use the buttons of the ticket."
                )
            )
        if "company_id" in vals and any(
            ticket.company_id.id != vals["company_id"] for ticket in self
        ):
            raise UserError(
                self.env._("A ticket stays with the company that took the report.")
            )
        result = super().write(vals)
        if {"odometer", "engine_hours", "vehicle_id"} & vals.keys():
            self._record_readings()
        if "promised_at" in vals:
            self._deadline_event_changed("promised")
        if "planned_at" in vals:
            self._deadline_event_changed("planned")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        for ticket in self:
            if ticket.state not in ("new", "cancelled"):
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s is at work and cannot be deleted. "
                        "Cancel it; the number must not vanish from the register.",
                        ticket=ticket.name,
                    )
                )
