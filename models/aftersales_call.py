from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What kind of ticket an incoming call becomes.
CALL_TICKET_TYPE = {
    "repair": "repair",
    "consultation": "consultation",
    "complaint": "complaint",
    "parts": "parts",
    "feedback": "feedback",
    "other": "other",
}


def count_contacts(records, model, fname):
    """Return how many rows of ``model`` the user sees for each of ``records``.

    :param model: ``aftersales.call`` or ``aftersales.followup``
    :param fname: the field of ``model`` that points to ``records``
    """
    contacts = records.env[model]
    if not contacts.has_access("read"):
        return {}
    return dict(
        contacts._read_group([(fname, "in", records.ids)], [fname], ["__count"])
    )


class AftersalesCall(models.Model):
    """The call register: every call with a customer, by the one who had it."""

    _name = "aftersales.call"
    _description = "Call"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "phone", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, index="trigram", default="/"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True, default="in"
    )
    inbound_type = fields.Selection(
        [
            ("repair", "Repair"),
            ("consultation", "Technical consultation"),
            ("complaint", "Complaint"),
            ("parts", "Parts purchase"),
            ("feedback", "Quality feedback"),
            ("other", "Other"),
        ],
        string="Customer's concern",
    )
    outbound_type = fields.Selection(
        [
            ("care", "Customer care"),
            ("promotion", "Product promotion"),
            ("satisfaction", "Satisfaction"),
            ("notice", "Notice"),
            ("followup", "Follow-up"),
        ],
        string="Purpose",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Handled by",
        required=True,
        index=True,
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", check_company=True
    )
    phone = fields.Char(
        compute="_compute_phone", store=True, readonly=False, precompute=True
    )
    vehicle_id = fields.Many2one(
        "aftersales.vehicle", index="btree_not_null", check_company=True
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="set null",
    )
    followup_id = fields.Many2one(
        "aftersales.followup",
        index="btree_not_null",
        check_company=True,
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    reached = fields.Boolean(
        default=True, help="Off: an outgoing call that nobody answered."
    )
    summary = fields.Text(required=True, help="What the call was about.")
    answer = fields.Text("Answer or promise")
    satisfied = fields.Selection(
        [("satisfied", "Satisfied"), ("dissatisfied", "Dissatisfied")]
    )
    answered_in_rings = fields.Integer(
        "Rings", help="Rings before the call was answered; 0: not counted."
    )
    is_missed = fields.Boolean(
        "Missed", help="An incoming call that nobody answered: call back."
    )
    is_late = fields.Boolean(
        "Answered late",
        compute="_compute_is_late",
        store=True,
        help="More rings than the company allows before a call is answered.",
    )
    duration = fields.Float("Duration (minutes)")

    _order_idx = models.Index("(date DESC, id DESC)")
    _type_of_direction = models.Constraint(
        "CHECK((direction = 'in' AND inbound_type IS NOT NULL "
        "AND outbound_type IS NULL) OR (direction = 'out' "
        "AND outbound_type IS NOT NULL AND inbound_type IS NULL))",
        "Say what the customer wanted (incoming call) or what the call was for "
        "(outgoing call).",
    )
    _missed_came_in = models.Constraint(
        "CHECK(is_missed IS NOT TRUE OR direction = 'in')",
        "Only an incoming call can be missed.",
    )
    _not_negative = models.Constraint(
        "CHECK(duration >= 0 AND answered_in_rings >= 0)",
        "Neither the duration of a call nor its rings can be negative.",
    )
    _name_company_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "A call of this number is in the register already."
    )

    @api.depends("partner_id")
    def _compute_phone(self):
        for call in self:
            call.phone = call.partner_id.phone or call.phone

    @api.depends("direction", "answered_in_rings", "is_missed")
    def _compute_is_late(self):
        """Compare with the company's standard at the time of the call (R-INT-19)."""
        for call in self:
            limit = call.company_id.aftersales_answer_rings
            call.is_late = bool(
                limit
                and call.direction == "in"
                and not call.is_missed
                and call.answered_in_rings > limit
            )

    @api.onchange("is_missed")
    def _onchange_is_missed(self):
        if self.is_missed and not self.summary:
            self.summary = self.env._("Missed call")

    @api.onchange("direction")
    def _onchange_direction(self):
        if self.direction == "in":
            self.outbound_type = False
            self.reached = True
        else:
            self.inbound_type = False
            self.is_missed = False

    @api.onchange("vehicle_id")
    def _onchange_vehicle_id(self):
        vehicle = self.vehicle_id
        if vehicle:
            self.partner_id = self.partner_id or vehicle.driver_id or vehicle.partner_id

    @api.constrains("date")
    def _check_date(self):
        now = fields.Datetime.now()
        for call in self:
            if call.date > now:
                raise ValidationError(
                    self.env._(
                        "Call %(call)s: the register holds calls that were made; "
                        "%(date)s lies in the future.",
                        call=call.name,
                        date=call.date,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        by_company = {}
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                by_company.setdefault(company_id, []).append(vals)
        for company_id, unnumbered in by_company.items():
            numbers = self.env["ir.sequence"]._aftersales_next_batch(
                "aftersales.call",
                self.env["res.company"].browse(company_id),
                len(unnumbered),
            )
            for vals, number in zip(unnumbered, numbers, strict=True):
                vals["name"] = number or "/"
        return super().create(vals_list)

    def action_create_ticket(self):
        """Route an incoming call into its flow: make its ticket (R-INT-07).

        The ticket takes over customer, vehicle, words and time of the call, and stays
        linked with it.

        :return: the action that opens the ticket
        :raises UserError: for an outgoing call, or one that has a ticket.
        """
        self.ensure_one()
        self.check_access("write")
        if self.direction != "in":
            raise UserError(
                self.env._(
                    "Call %(call)s was made by us; only an incoming call becomes "
                    "a ticket.",
                    call=self.name,
                )
            )
        if self.ticket_id:
            raise UserError(
                self.env._(
                    "Call %(call)s has led to ticket %(ticket)s already.",
                    call=self.name,
                    ticket=self.ticket_id.name,
                )
            )
        self.ticket_id = self.env["aftersales.ticket"].create(
            self._prepare_ticket_vals()
        )
        return self.action_open_ticket()

    def _prepare_ticket_vals(self):
        self.ensure_one()
        vehicle = self.vehicle_id
        ticket_type = CALL_TICKET_TYPE[self.inbound_type]
        mode = {"consultation": "remote", "parts": "parts"}.get(ticket_type)
        vals = {
            "company_id": self.company_id.id,
            "channel": "phone",
            "ticket_type": ticket_type,
            "partner_id": (vehicle.partner_id or self.partner_id).id,
            "contact_id": self.partner_id.id if vehicle.partner_id else False,
            "vehicle_id": vehicle.id,
            "complaint": self.summary,
            "reported_at": self.date,
            "reporter_name": self.partner_id.name,
            "reporter_phone": self.phone,
        }
        if mode:
            vals["service_mode"] = mode
        return vals

    def action_open_ticket(self):
        """Open the ticket of this call."""
        self.ensure_one()
        return self.ticket_id._get_records_action()
