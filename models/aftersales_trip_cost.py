from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

# What only a step, or the rule, writes.
STEP_FIELDS = {"granted_by_id", "granted_at", "expense_id", "amount_allowed"}
# Kinds that have a receipt; the others are worked out.
WITH_RECEIPT = ("lodging", "fare", "fine", "other")
# What the leader says; the rest is the traveller's.
GRANT_FIELDS = {"granted_amount", "grant_reason"}

# XML ids of the categories of expenses, by kind of cost.
PRODUCTS = {
    kind: f"aftersales.product_trip_{kind}"
    for kind in ("meals", "lodging", "mileage", "fare", "fine", "other")
}


class AftersalesTripCost(models.Model):
    """What a trip has cost somebody, and what of it is paid back (F48).

    R-EXP-01 to 06: meals, lodging and mileage by the company's standards; above them
    only with the leader's approval; a fine is shared; without a receipt the leader
    decides how much.
    """

    _name = "aftersales.trip.cost"
    _description = "Travel Cost"
    _order = "trip_id, employee_id, id"
    _rec_name = "kind"
    _check_company_auto = True

    trip_id = fields.Many2one(
        "aftersales.trip",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="trip_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    trip_state = fields.Selection(related="trip_id.state", string="State of the trip")
    kind = fields.Selection(
        [
            ("meals", "Meals"),
            ("lodging", "Lodging"),
            ("mileage", "Car kilometres"),
            ("fare", "Fare"),
            ("fine", "Traffic fine"),
            ("other", "Other"),
        ],
        required=True,
        index=True,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Who paid",
        required=True,
        index=True,
        check_company=True,
        help="It is paid back to him. Of a traffic fine: who drove.",
    )
    name = fields.Char("Details")
    quantity = fields.Float(help="Days, nights of all rooms, or kilometres.")
    amount = fields.Monetary("Claimed", help="What was spent, or the allowance.")
    has_standard = fields.Boolean(compute="_compute_standard", store=True)
    standard = fields.Monetary(
        compute="_compute_standard",
        store=True,
        help="What the company's standards allow. Lodging: two to a room, all rooms "
        "and nights of the trip, shared in proportion by who paid.",
    )
    excess = fields.Monetary(
        "Over standard", compute="_compute_amount_allowed", store=True
    )
    no_receipt = fields.Boolean("No receipt", help="None was given, or it is lost.")
    paid_by_company = fields.Boolean(
        "Paid by the company",
        help="Of a traffic fine: the driver's share is withheld by payroll, nothing is "
        "paid back.",
    )
    receipt_ids = fields.Many2many(
        "ir.attachment", "aftersales_trip_cost_receipt_rel", string="Receipts"
    )
    granted_amount = fields.Monetary(
        "Granted",
        copy=False,
        help="How much the leader grants, of all that is claimed.",
    )
    grant_reason = fields.Char("Why it is granted", copy=False)
    granted_by_id = fields.Many2one(
        "res.users", string="Granted by", readonly=True, copy=False
    )
    granted_at = fields.Datetime("Granted on", readonly=True, copy=False)
    needs_grant = fields.Boolean(
        "Waits for the leader", compute="_compute_amount_allowed", store=True
    )
    can_grant = fields.Boolean(compute="_compute_can_grant")
    amount_allowed = fields.Monetary(
        "Paid back", compute="_compute_amount_allowed", store=True
    )
    amount_withheld = fields.Monetary(
        "Withheld",
        compute="_compute_amount_allowed",
        store=True,
        help="The driver's share of a fine that the company has paid.",
    )
    expense_id = fields.Many2one(
        "hr.expense",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    _amounts_positive = models.Constraint(
        "CHECK(COALESCE(amount, 0) >= 0 AND COALESCE(quantity, 0) >= 0)",
        "Costs of a trip are not negative.",
    )
    _not_more_than_spent = models.Constraint(
        "CHECK(COALESCE(amount_allowed, 0) <= COALESCE(amount, 0))",
        "Nobody is paid back more than he has spent.",
    )
    _over_standard_granted = models.Constraint(
        "CHECK(NOT has_standard OR granted_by_id IS NOT NULL"
        " OR COALESCE(amount_allowed, 0) <= COALESCE(standard, 0))",
        "Above the standard only what the leader grants is paid back.",
    )
    _no_receipt_granted = models.Constraint(
        "CHECK(NOT no_receipt OR granted_by_id IS NOT NULL"
        " OR COALESCE(amount_allowed, 0) = 0)",
        "Without a receipt only what the leader grants is paid back.",
    )
    _grant_told = models.Constraint(
        "CHECK(granted_by_id IS NULL OR (COALESCE(grant_reason, '') <> ''"
        " AND COALESCE(granted_amount, 0) BETWEEN 0 AND COALESCE(amount, 0)))",
        "Who grants says why, and not more than was spent.",
    )
    _allowance_uniq = models.UniqueIndex(
        "(trip_id, employee_id, kind) WHERE kind IN ('meals', 'mileage')",
        "An allowance is there once for each person and trip.",
    )

    # -- By the standards -------------------------------------------------------------

    @api.depends(
        "kind",
        "amount",
        "trip_id.days",
        "trip_id.nights",
        "trip_id.person_count",
        "trip_id.distance_driven",
        "trip_id.cost_ids.kind",
        "trip_id.cost_ids.amount",
    )
    def _compute_standard(self):
        for trip, costs in self.grouped("trip_id").items():
            lodging = trip._share_lodging() if trip else {}
            days = trip._get_meal_days() if "meals" in costs.mapped("kind") else {}
            for cost in costs:
                cost.has_standard = cost.kind in ("meals", "lodging", "mileage")
                if cost.kind == "meals":
                    meal = trip.company_id.aftersales_trip_meal
                    cost.standard = meal * days.get(cost.employee_id._origin, 0)
                elif cost.kind == "mileage":
                    cost.standard = trip._get_mileage()
                else:
                    cost.standard = lodging.get(cost, 0.0)

    @api.depends(
        "amount",
        "standard",
        "has_standard",
        "kind",
        "no_receipt",
        "paid_by_company",
        "granted_by_id",
        "granted_amount",
        "trip_id.means",
    )
    def _compute_amount_allowed(self):
        for cost in self:
            over = cost.amount - cost.standard if cost.has_standard else 0.0
            cost.excess = max(over, 0.0)
            currency = cost.currency_id or self.env.company.currency_id
            cost.needs_grant = not cost.granted_by_id and bool(
                cost.no_receipt or not currency.is_zero(cost.excess)
            )
            driver_share = 0.0
            if cost.kind == "fine":
                percent = cost.company_id.aftersales_trip_fine_percent
                driver_share = currency.round(cost.amount * percent / 100)
            cost.amount_withheld = driver_share if cost.paid_by_company else 0.0
            if cost.paid_by_company or cost._is_company_car():
                cost.amount_allowed = 0.0
            elif cost.granted_by_id:
                cost.amount_allowed = min(
                    cost.granted_amount, cost.amount - driver_share
                )
            elif cost.no_receipt:
                cost.amount_allowed = 0.0
            else:
                cost.amount_allowed = cost.amount - cost.excess - driver_share

    def _is_company_car(self):
        """Return whether these are kilometres that nobody has paid himself.

        They are charged at the rate, and stand on the claim; whoever drove his own car
        is paid them back (R-EXP-03).
        """
        self.ensure_one()
        return self.kind == "mileage" and self.trip_id.means != "own"

    @api.depends_context("uid")
    @api.depends("needs_grant", "trip_id.employee_ids", "trip_id.requested_by_id")
    def _compute_can_grant(self):
        for cost in self:
            cost.can_grant = (
                cost.needs_grant
                and cost.trip_id.state == "back"
                and cost.trip_id._may_approve(self.env.user)
            )

    @api.onchange("kind")
    def _onchange_kind(self):
        if not self.employee_id:
            trip = self.trip_id
            self.employee_id = trip.driver_id if self.kind == "fine" else trip.leader_id

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_by_hand(vals)
        costs = super().create(vals_list)
        if not self.env.su:
            costs._check_open()
            costs._check_kind()
        return costs

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals)
            self._check_open(deciding=not vals.keys() - GRANT_FIELDS)
            if vals.keys() & {"amount", "no_receipt", "kind", "employee_id"}:
                # sudo: what was granted for other figures is void, whoever changes them
                self.sudo().write({"granted_by_id": False, "granted_at": False})
        result = super().write(vals)
        if not self.env.su:
            self._check_kind()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        if not self.env.su:
            self._check_open()

    def _check_by_hand(self, vals):
        if {name for name in STEP_FIELDS & vals.keys() if vals[name]}:
            raise AccessError(
                self.env._(
                    "What is granted and handed in follows from the buttons of the "
                    "trip."
                )
            )

    def _check_open(self, deciding=False):
        """Raise unless these may be written: by who travels, before it is handed in.

        :param deciding: the superior writes what he grants
        """
        for cost in self:
            trip = cost.trip_id
            if trip.state not in ("underway", "back") or cost.expense_id:
                raise UserError(
                    self.env._(
                        "Trip %(name)s: costs are written from leaving until they are "
                        "handed in.",
                        name=trip.name,
                    )
                )
            if not deciding or not trip._may_approve(self.env.user):
                trip._check_traveller()

    def _check_kind(self):
        """Raise UserError where ticks or people do not fit the kind of cost."""
        for cost in self:
            if cost.employee_id not in cost.trip_id.employee_ids:
                raise UserError(
                    self.env._(
                        "Trip %(name)s: %(person)s does not go along.",
                        name=cost.trip_id.name,
                        # sudo: the name of an employee is public
                        person=cost.employee_id.sudo().name,
                    )
                )
            if (cost.no_receipt and cost.kind not in WITH_RECEIPT) or (
                cost.paid_by_company and cost.kind != "fine"
            ):
                raise UserError(
                    self.env._(
                        "Trip %(name)s: meals and kilometres are allowances, without a "
                        "receipt; only a fine may have been paid by the company.",
                        name=cost.trip_id.name,
                    )
                )

    # -- The leader's word ------------------------------------------------------------

    def action_grant(self):
        """Grant what is over standard or has no receipt (R-EXP-05, R-EXP-06).

        :raises AccessError: for who is no superior of the travellers, or goes along
        :raises UserError: without amount or reason, or when nothing waits for it
        """
        self.check_access("read")
        for cost in self:
            trip = cost.trip_id
            if not trip._may_approve(self.env.user):
                raise AccessError(
                    self.env._(
                        "Trip %(name)s: a superior of the travellers or a manager "
                        "grants it, never who asks or goes along.",
                        name=trip.name,
                    )
                )
            if not cost.needs_grant or trip.state != "back":
                raise UserError(
                    self.env._(
                        "Trip %(name)s: this cost does not wait for the leader.",
                        name=trip.name,
                    )
                )
            if not cost.grant_reason or cost.granted_amount > cost.amount:
                raise UserError(
                    self.env._(
                        "Trip %(name)s: enter how much of %(amount)s you grant, and "
                        "why.",
                        name=trip.name,
                        amount=cost.amount,
                    )
                )
        # sudo: stamps are not editable; who grants is checked above
        self.sudo().write(
            {"granted_by_id": self.env.uid, "granted_at": fields.Datetime.now()}
        )
        return True

    @api.readonly
    def action_view_trip(self):
        """Open the trip these costs belong to."""
        return self.trip_id._get_records_action()

    # -- Handing in ---------------------------------------------------------------

    def _prepare_expense_vals(self, employee, kind):
        """Return the values of the expense for these costs of one person and kind."""
        trip = self.trip_id
        label = dict(self._fields["kind"]._description_selection(self.env))[kind]
        details = ", ".join(name for name in self.mapped("name") if name)
        return {
            "name": " ".join(filter(None, (trip.name, label, details))),
            "aftersales_trip_id": trip.id,
            "employee_id": employee.id,
            "company_id": trip.company_id.id,
            "date": trip._get_local_date(trip.returned_at),
            "product_id": self.env.ref(PRODUCTS[kind]).id,
            "total_amount_currency": sum(self.mapped("amount_allowed")),
            "payment_mode": "own_account",
            "analytic_distribution": trip.ticket_ids
            and trip.company_id._aftersales_get_trip_distribution(),
            "tax_ids": [Command.clear()],
            "description": "\n".join(
                f"{cost.name or label}: {cost.amount} / {cost.amount_allowed} "
                f"{cost.grant_reason or ''}"
                for cost in self
            ),
        }
