from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_ticket_billing import ADDITIONAL_STATES

OPEN_STATES = ("reported", "asked")
# What the workshop may write of its report; price, delay and the rest are the
# adviser's.
REPORT_FIELDS = {
    "finding",
    "reason",
    "explanation",
    "is_safety",
    "photo",
    "work_hours",
    "operation_id",
}
# What was laid before the customer, and stays as he answered it.
ASKED_FIELDS = REPORT_FIELDS | {"line_ids", "delay_hours", "promised_after", "source"}
# What the adviser writes down after the answer.
TOLD_FIELDS = {"workshop_told_at", "workshop_told_to_id", "drop_reason"}
# What only a step writes.
STEP_FIELDS = {
    "state",
    "reported_by_id",
    "reported_at",
    "promised_before",
    "asked_at",
    "asked_by_id",
    "asked_person",
    "asked_how",
    "answer",
    "answered_at",
    "answered_by",
    "answered_how",
    "issued_at",
    "workshop_told_by_id",
}


class AftersalesAddition(models.Model):
    """Work found necessary after the order was agreed (F13, R-ADD-01..06).

    From the finding of the workshop over the call with the customer to his answer,
    and to the person in the workshop who was told of it. What it costs are ordinary
    lines of the ticket; their answer is the answer of the addition.
    """

    _name = "aftersales.addition"
    _description = "Additional Work"
    _inherit = [
        "aftersales.ticket.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "reported_at desc, id desc"
    _rec_names_search = ["name", "finding", "ticket_id.name"]

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, index="trigram", default="/"
    )
    ticket_id = fields.Many2one(
        readonly=False,
        domain=[("state", "in", ADDITIONAL_STATES)],
    )
    partner_id = fields.Many2one(store=True, index=True)
    advisor_id = fields.Many2one(
        related="ticket_id.advisor_id", store=True, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("reported", "Reported"),
            ("asked", "Customer asked"),
            ("answered", "Answered"),
            ("done", "Workshop told"),
            ("dropped", "Dropped"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="reported",
        index=True,
        tracking=True,
        group_expand=True,
    )

    # What was found
    source = fields.Selection(
        [
            ("technician", "Technician"),
            ("inspector", "Inspector"),
            ("customer", "Customer"),
        ],
        string="Found by",
        required=True,
        default=lambda self: self._default_source(),
    )
    reported_by_id = fields.Many2one(
        "res.users",
        string="Reported by",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.user,
    )
    reported_at = fields.Datetime(
        required=True, readonly=True, copy=False, default=fields.Datetime.now
    )
    operation_id = fields.Many2one(
        "aftersales.operation",
        string="Found at job",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain="[('ticket_id', '=', ticket_id)]",
    )
    finding = fields.Char(
        "What was found", required=True, help="Part and fault, in a few words."
    )
    reason = fields.Text(help="Why it has to be done, and why now.")
    explanation = fields.Text(
        "Technical explanation",
        help="In words that the customer understands; the adviser gives it on the "
        "phone (R-ADD-01).",
    )
    is_safety = fields.Boolean(
        "Safety", help="Concerns brakes, steering, tyres, lights and the like."
    )
    photo = fields.Image(max_width=1920, max_height=1920)
    work_hours = fields.Float(
        "Extra work", help="Hours of work that the workshop reckons with."
    )

    # The customer asked
    asked_at = fields.Datetime(readonly=True, copy=False)
    asked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    asked_person = fields.Char(readonly=True, copy=False, help="Who was spoken to.")
    asked_how = fields.Selection(
        [
            ("phone", "By phone"),
            ("in_person", "In person"),
            ("portal", "Customer portal"),
        ],
        readonly=True,
        copy=False,
    )
    call_ids = fields.One2many("aftersales.call", "addition_id", string="Calls")
    call_count = fields.Integer(compute="_compute_call_count")

    # His answer
    answer = fields.Selection(
        [("agreed", "Agreed"), ("partly", "Partly agreed"), ("refused", "Refused")],
        readonly=True,
        copy=False,
        tracking=True,
    )
    answered_at = fields.Datetime(readonly=True, copy=False)
    answered_by = fields.Char(
        readonly=True, copy=False, help="Name of who answered, of the customer's side."
    )
    answered_how = fields.Char(readonly=True, copy=False)
    issued_at = fields.Datetime(
        "Order issued at",
        readonly=True,
        copy=False,
        help="When the additional order was issued (R-ADD-03).",
    )

    # The workshop told
    workshop_told_at = fields.Datetime(
        "Workshop told at",
        copy=False,
        help="On consent: when the additional order was handed to the workshop; on "
        "refusal: when the workshop was told (R-ADD-02, R-ADD-03).",
    )
    workshop_told_to_id = fields.Many2one(
        "res.users",
        string="Taken by",
        copy=False,
        domain=lambda self: self._get_workshop_domain(),
        help="Who in the workshop took the notice, or the additional order.",
    )
    workshop_told_by_id = fields.Many2one(
        "res.users", string="Told by", readonly=True, copy=False
    )
    drop_reason = fields.Char(
        copy=False, help="Why the customer was not asked, or need not answer."
    )
    recommendation_ids = fields.One2many(
        "aftersales.vehicle.recommendation", "addition_id", string="Kept for later"
    )

    _order_idx = models.Index("(reported_at DESC, id DESC)")
    _name_company_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "Additional work of this number exists already."
    )
    _hours_positive = models.Constraint(
        "CHECK(COALESCE(work_hours, 0) >= 0 AND COALESCE(delay_hours, 0) >= 0)",
        "Neither the extra work nor the delay can be negative.",
    )
    _asked_fits = models.Constraint(
        "CHECK(state != 'asked' OR asked_at IS NOT NULL)",
        "Who was asked was asked at some moment.",
    )
    _answer_fits = models.Constraint(
        "CHECK((state IN ('answered', 'done')) = (answer IS NOT NULL)"
        " AND (answer IS NULL OR answered_at IS NOT NULL)"
        " AND (answer IS NULL OR answer = 'refused' OR issued_at IS NOT NULL))",
        "An answer has its moment; what is agreed has an order issued.",
    )
    _told_fits = models.Constraint(
        "CHECK(state != 'done' OR (workshop_told_at IS NOT NULL"
        " AND workshop_told_to_id IS NOT NULL AND workshop_told_at >= answered_at))",
        "Write down when the workshop was told, after the answer, and who took it.",
    )
    _drop_fits = models.Constraint(
        "CHECK(state != 'dropped' OR drop_reason IS NOT NULL)",
        "Additional work is dropped for a reason.",
    )

    # -- Defaults and domains ----------------------------------------------------------

    @api.model
    def _default_source(self):
        user = self.env.user
        if user.has_group("aftersales.group_aftersales_technician") and not (
            user.has_group("aftersales.group_aftersales_advisor")
        ):
            return "technician"
        if user.has_group("aftersales.group_aftersales_inspector") and not (
            user.has_group("aftersales.group_aftersales_advisor")
        ):
            return "inspector"
        return "customer"

    @api.model
    def _get_workshop_domain(self):
        """Return the domain of the people of the workshop."""
        groups = [
            self.env.ref(f"aftersales.group_aftersales_{role}").id
            for role in ("technician", "dispatcher", "inspector")
        ]
        return [("share", "=", False), ("all_group_ids", "in", groups)]

    # -- Computed ----------------------------------------------------------------------

    @api.depends("name", "finding")
    def _compute_display_name(self):
        for addition in self:
            addition.display_name = f"{addition.name}: {addition.finding or ''}"

    @api.depends("call_ids")
    def _compute_call_count(self):
        # sudo: who sees the addition may see how often the customer was called
        counts = dict(
            self.env["aftersales.call"]
            .sudo()
            ._read_group(
                [("addition_id", "in", self.ids)], ["addition_id"], ["__count"]
            )
        )
        for addition in self:
            addition.call_count = counts.get(addition._origin, 0)

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["ticket_id"])
        vals_list = [{**default, **vals} for vals in vals_list]
        for vals in vals_list:
            self._check_steps(vals)
        tickets = self.env["aftersales.ticket"].browse(
            {vals["ticket_id"] for vals in vals_list if vals.get("ticket_id")}
        )
        tickets._check_addition_possible()
        company_of = {ticket.id: ticket.company_id for ticket in tickets}
        by_company = {}
        for vals in vals_list:
            company = company_of.get(vals.get("ticket_id"), self.env.company)
            by_company.setdefault(company, []).append(vals)
        for company, unnumbered in by_company.items():
            numbers = self.env["ir.sequence"]._aftersales_next_batch(
                "aftersales.addition", company, len(unnumbered)
            )
            for vals, number in zip(unnumbered, numbers, strict=True):
                vals["name"] = number or "/"
        additions = super().create(vals_list)
        additions._tell_advisor()
        return additions

    def write(self, vals):
        self._check_steps(vals)
        if not self.env.su:
            self._check_writable(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unasked(self):
        for addition in self:
            if addition.state != "reported" or addition.call_ids:
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s is on record with the "
                        "customer and stays. Drop it instead.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )

    def _check_steps(self, vals):
        """Raise AccessError where ``vals`` hold what only a step writes."""
        decided = {key for key in STEP_FIELDS & vals.keys() if vals[key]}
        if decided - {"state"} or vals.get("state", "reported") != "reported":
            if not self.env.su:
                raise AccessError(
                    self.env._(
                        "What became of additional work follows from its steps; use "
                        "its buttons."
                    )
                )

    def _check_writable(self, vals):
        """Refuse to change what the customer has answered, or what is not one's own.

        :raises UserError: once the customer has answered, and for the workshop once
            he was asked
        """
        advisor = self.env.user.has_group("aftersales.group_aftersales_advisor")
        asked = ASKED_FIELDS & vals.keys()
        for addition in self:
            if vals.get("ticket_id", addition.ticket_id.id) != addition.ticket_id.id:
                raise UserError(
                    self.env._(
                        "%(addition)s stays with ticket %(ticket)s.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )
            if asked and addition.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s is answered and stays as "
                        "it was asked. Report what was found since as new additional "
                        "work.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )
            if not advisor and (
                (asked and addition.state != "reported")
                or (asked | TOLD_FIELDS & vals.keys()) - REPORT_FIELDS
            ):
                raise UserError(
                    self.env._(
                        "%(addition)s of ticket %(ticket)s: the service advisor is "
                        "at it. Tell him what you know besides.",
                        addition=addition.name,
                        ticket=addition.ticket_id.name,
                    )
                )
