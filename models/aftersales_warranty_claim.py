from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

KINDS = [
    ("maker", "To the maker"),
    ("own", "Borne by ourselves"),
    ("supplier", "Recovery from the supplier"),
]
STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("answered", "Answered"),
    ("settled", "Settled"),
    ("cancelled", "Cancelled"),
]
# What the steps write, and nobody by hand.
STEP_FIELDS = {
    "name",
    "kind",
    "state",
    "round",
    "ticket_id",
    "parent_id",
    "submitted_at",
    "submitted_by_id",
    "answered_at",
    "answered_by_id",
    "settled_at",
    "settled_by_id",
    "paid_date",
}
# What people write at any time; lines guard themselves.
OPEN_FIELDS = {
    "line_ids",
    "provider_reference",
    "message_follower_ids",
    "message_main_attachment_id",
    "activity_ids",
}


class AftersalesWarrantyClaim(models.Model):
    """Warranty work of a ticket put to whoever is to bear it (R-WAR-08, R-BEY-09).

    To the maker, whose order bills it; to ourselves, whose cost location bears it; or
    on to the supplier of the causal part. Lines are answered one by one.
    """

    _name = "aftersales.warranty.claim"
    _description = "Warranty Claim"
    _inherit = [
        "aftersales.ticket.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "provider_reference", "vin", "ticket_id.name"]
    _check_company_auto = True

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    ticket_id = fields.Many2one(ondelete="restrict")
    vehicle_id = fields.Many2one(
        related="ticket_id.vehicle_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="maker")
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", tracking=True
    )
    category = fields.Selection(
        [
            ("standard", "Standard warranty"),
            ("pre_delivery", "Before delivery"),
            ("part", "Warranty of a part"),
            ("campaign", "Service campaign"),
            ("recall", "Recall"),
            ("technical", "Technical goodwill"),
            ("gesture", "Commercial gesture"),
        ],
        required=True,
        default="standard",
    )
    provider_id = fields.Many2one(
        "res.partner",
        string="Claimed from",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The maker or supplier; empty: our own company bears it.",
    )
    provider_reference = fields.Char(
        "Their number", copy=False, help="The number the maker gave this claim."
    )
    parent_id = fields.Many2one(
        "aftersales.warranty.claim",
        string="Recovers",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The claim whose cost the supplier is asked to bear.",
    )
    recovery_ids = fields.One2many(
        "aftersales.warranty.claim", "parent_id", string="Recoveries"
    )
    line_ids = fields.One2many("aftersales.warranty.claim.line", "claim_id")
    user_id = fields.Many2one(
        "res.users",
        string="Claims clerk",
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    # Agreed before the work
    preauth_number = fields.Char("Pre-authorisation", copy=False)
    preauth_by = fields.Char(
        "Authorised by", copy=False, help="Who at the maker's agreed beforehand."
    )
    preauth_date = fields.Date("Authorised on", copy=False)
    preauth_limit = fields.Monetary(
        "Authorised up to", copy=False, help="Without tax; 0: without a limit."
    )

    # What happened
    complaint = fields.Text(compute="_compute_story", store=True, readonly=False)
    cause = fields.Text(compute="_compute_story", store=True, readonly=False)
    correction = fields.Text(compute="_compute_story", store=True, readonly=False)
    causal_product_id = fields.Many2one(
        "product.product",
        string="Causal part",
        compute="_compute_causal_product_id",
        store=True,
        readonly=False,
        check_company=True,
        ondelete="restrict",
        help="The part whose failure made all this work necessary.",
    )
    liability = fields.Selection(
        [
            ("maker", "Maker"),
            ("supplier", "Supplier"),
            ("workshop", "Workshop"),
            ("customer", "Misuse by the customer"),
        ],
        default="maker",
        help="Whose fault it is, as far as is known.",
    )

    # Host and user (R-PART-21)
    vin = fields.Char(
        "VIN or serial number",
        compute="_compute_host",
        store=True,
        readonly=False,
        index="trigram",
    )
    delivery_date = fields.Date(
        "Delivered on", compute="_compute_host", store=True, readonly=False
    )
    odometer = fields.Float(
        "Odometer at the report",
        compute="_compute_host",
        store=True,
        readonly=False,
        aggregator=None,
    )
    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    engine_hours = fields.Float(
        "Hours at the report",
        compute="_compute_host",
        store=True,
        readonly=False,
        aggregator=None,
    )
    owner_id = fields.Many2one(related="vehicle_id.partner_id", string="Owner")
    contact_id = fields.Many2one(
        "res.partner",
        string="User of the vehicle",
        compute="_compute_host",
        store=True,
        readonly=False,
        check_company=True,
        ondelete="restrict",
    )
    contact_phone = fields.Char(
        "Phone of the user",
        compute="_compute_contact_phone",
        store=True,
        readonly=False,
    )
    reported_at = fields.Datetime(related="ticket_id.reported_at")
    finished_at = fields.Datetime(related="ticket_id.finished_at")
    model_id = fields.Many2one(
        related="vehicle_id.model_id", string="Vehicle Model", store=True
    )

    # Steps
    round = fields.Integer(
        "Submission",
        readonly=True,
        copy=False,
        aggregator="max",
        help="How often it was submitted: more than once when it was sent back.",
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_at = fields.Datetime(readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    settled_at = fields.Datetime(readonly=True, copy=False)
    settled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)

    # Figures
    amount_claimed = fields.Monetary(
        "Claimed", compute="_compute_amounts", store=True, help="Without tax."
    )
    amount_approved = fields.Monetary(
        "Approved", compute="_compute_amounts", store=True, help="Without tax."
    )
    first_acceptance = fields.Float(
        "Accepted at once",
        compute="_compute_first_acceptance",
        store=True,
        aggregator="avg",
        help="Percent of the lines that were approved in full on the first submission.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE(company_id, name)", "A claim of this number exists already."
    )
    _company_state_idx = models.Index("(company_id, state)")
    _provider_of_kind = models.Constraint(
        "CHECK((kind = 'own') = (provider_id IS NULL))",
        "Say from whom it is claimed; what we bear ourselves is claimed from nobody.",
    )
    _recovery_parent = models.Constraint(
        "CHECK((kind = 'supplier') = (parent_id IS NOT NULL))",
        "A recovery from a supplier names the claim it recovers.",
    )
    _submitted_stamp = models.Constraint(
        "CHECK(state IN ('draft', 'cancelled') OR (submitted_by_id IS NOT NULL"
        " AND submitted_at IS NOT NULL AND vin IS NOT NULL AND contact_id IS NOT NULL"
        " AND contact_phone IS NOT NULL))",
        "A claim is submitted with vehicle, user and phone, by somebody, at a time.",
    )
    _answered_stamp = models.Constraint(
        "CHECK(state NOT IN ('answered', 'settled') OR (answered_by_id IS NOT NULL"
        " AND answered_at IS NOT NULL))",
        "An answer has a time and somebody who entered it.",
    )
    _own_four_eyes = models.Constraint(
        "CHECK(kind <> 'own' OR answered_by_id IS NULL"
        " OR answered_by_id <> submitted_by_id)",
        "Nobody decides on a claim he submitted himself.",
    )

    # -- Computed ----------------------------------------------------------------------

    @api.depends("kind", "ticket_id", "provider_id")
    def _compute_currency_id(self):
        for claim in self:
            if claim.state == "draft" or not claim.currency_id:
                claim.currency_id = claim._get_currency()

    def _get_currency(self):
        """Return the currency it is claimed in: the maker's orders', else our own."""
        self.ensure_one()
        if self.kind == "maker":
            # sudo: clerks have no rights on orders; only their currency is read
            orders = self.ticket_id.sudo().order_ids.filtered(
                lambda order: (
                    order.aftersales_payer == "warranty" and order.state != "cancel"
                )
            )
            if orders:
                return orders[0].currency_id
        return self.company_id.currency_id

    @api.depends("ticket_id")
    def _compute_story(self):
        for claim in self:
            ticket = claim.ticket_id
            claim.complaint = ticket.complaint
            claim.cause = ticket.cause
            claim.correction = ticket.correction

    @api.depends("ticket_id")
    def _compute_host(self):
        for claim in self:
            ticket, vehicle = claim.ticket_id, claim.vehicle_id
            claim.update(
                {
                    "vin": vehicle.vin or vehicle.serial_number,
                    "delivery_date": vehicle.delivery_date,
                    "odometer": ticket.odometer,
                    "engine_hours": ticket.engine_hours,
                    "contact_id": (
                        ticket.contact_id or vehicle.driver_id or ticket.partner_id
                    ),
                }
            )

    @api.depends("contact_id")
    def _compute_contact_phone(self):
        for claim in self:
            claim.contact_phone = claim.contact_id.phone or claim.partner_id.phone

    @api.depends("line_ids.product_id")
    def _compute_causal_product_id(self):
        for claim in self:
            parts = claim.line_ids.filtered(lambda line: line.line_type == "part")
            claim.causal_product_id = claim.causal_product_id or parts[:1].product_id

    @api.depends("line_ids.amount_claimed", "line_ids.amount_approved")
    def _compute_amounts(self):
        for claim in self:
            claim.amount_claimed = sum(claim.line_ids.mapped("amount_claimed"))
            claim.amount_approved = sum(claim.line_ids.mapped("amount_approved"))

    @api.depends("line_ids.first_answer")
    def _compute_first_acceptance(self):
        for claim in self:
            answered = claim.line_ids.filtered("first_answer")
            accepted = answered.filtered(lambda line: line.first_answer == "approved")
            claim.first_acceptance = (
                100.0 * len(accepted) / len(answered) if answered else 0.0
            )

    # -- CRUD --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("A claim is made from its ticket, with the button Claim.")
            )
        vals_list = [dict(vals) for vals in vals_list]
        Ticket = self.env["aftersales.ticket"]
        by_company = {}
        for vals in vals_list:
            company = Ticket.browse(vals["ticket_id"]).company_id
            by_company.setdefault(company, []).append(vals)
        for company, company_vals in by_company.items():
            numbers = self.env["ir.sequence"]._aftersales_next_batch(
                "aftersales.warranty.claim", company, len(company_vals)
            )
            for vals, number in zip(company_vals, numbers, strict=True):
                vals["name"] = number or "/"
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if STEP_FIELDS & vals.keys():
                raise AccessError(
                    self.env._("The state of a claim follows from its steps.")
                )
            if vals.keys() - OPEN_FIELDS:
                for claim in self:
                    if claim.state != "draft":
                        raise UserError(
                            self.env._(
                                "Claim %(claim)s is out and says what it says. Have "
                                "it sent back to correct it.",
                                claim=claim.name,
                            )
                        )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_submitted(self):
        for claim in self:
            if claim.round:
                raise UserError(
                    self.env._(
                        "Claim %(claim)s has been submitted; cancel it instead.",
                        claim=claim.name,
                    )
                )
