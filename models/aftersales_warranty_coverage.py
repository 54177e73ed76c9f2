from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesWarrantyCoverage(models.Model):
    """What one vehicle, or a part fitted to it, is warranted for (R-WAR-01, R-BEY-03).

    It holds for the vehicle, whoever owns it. Dates, distance and hours are fixed when
    it begins; whether it holds is a question of a day and of readings
    (:meth:`_get_state`). Distances and hours are in the unit of the vehicle, and
    include what earlier meters had run.
    """

    _name = "aftersales.warranty.coverage"
    _description = "Warranty Coverage"
    _inherit = ["aftersales.warranty.scope.mixin"]
    _order = "vehicle_id, is_main desc, id"
    _check_company_auto = True

    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="vehicle_id.partner_id", string="Owner")
    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    kind = fields.Selection(
        [("vehicle", "Vehicle"), ("part", "Installed part")],
        required=True,
        readonly=True,
        default="vehicle",
    )
    product_id = fields.Many2one(check_company=True)
    policy_line_id = fields.Many2one(
        "aftersales.warranty.policy.line",
        string="Term",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    is_main = fields.Boolean(
        readonly=True, help="The one that the vehicle's file shows as its warranty."
    )
    is_manual = fields.Boolean(
        string="Entered by Hand",
        readonly=True,
        help="Dates or distance were entered by hand, not taken from a policy.",
    )
    months = fields.Integer(readonly=True, help="The term it was given; 0: no limit.")
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(
        string="Until", help="The last day on which it holds; empty: no limit of time."
    )
    start_odometer = fields.Float(digits=(16, 0), aggregator=None)
    end_odometer = fields.Float(
        string="Until Distance",
        digits=(16, 0),
        aggregator=None,
        help="Distance run in total up to which it holds; 0: no limit of distance.",
    )
    start_hours = fields.Float(digits=(16, 0), aggregator=None)
    end_hours = fields.Float(
        string="Until Hours",
        digits=(16, 0),
        aggregator=None,
        help="Hours run in total up to which it holds; 0: no limit of hours.",
    )
    provider_id = fields.Many2one(
        "res.partner",
        string="Borne by",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty: as set for the company.",
    )

    # The installed part
    move_line_id = fields.Many2one(
        "stock.move.line",
        string="Issue",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    ticket_id = fields.Many2one(related="ticket_line_id.ticket_id", string="Fitted on")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial or lot",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="How many of the part are in the vehicle, in the product's own unit.",
    )
    quantity_fitted = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="How many were fitted: issued, and not brought back unused.",
    )
    replaced_id = fields.Many2one(
        "aftersales.warranty.coverage",
        string="Takes the Place of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Under which coverage the part before it was replaced.",
    )
    ended_on = fields.Date(
        readonly=True, help="From this day on it holds no more, whatever its term."
    )
    end_reason = fields.Selection(
        [("returned", "Part returned unused"), ("replaced", "Part replaced")],
        readonly=True,
    )
    state = fields.Selection(
        selection=lambda self: self._get_states(),
        compute="_compute_state",
        help="As of today and of the latest readings.",
    )

    _one_main = models.UniqueIndex(
        "(vehicle_id) WHERE is_main",
        "A vehicle has one warranty of its own. Change that one in its file.",
    )
    _one_per_issue = models.UniqueIndex(
        "(move_line_id) WHERE move_line_id IS NOT NULL",
        "The part of this issue has its coverage already.",
    )
    _one_per_term = models.UniqueIndex(
        "(vehicle_id, policy_line_id) WHERE kind = 'vehicle'",
        "The vehicle has this term of its policy already.",
    )
    _vehicle_idx = models.Index("(vehicle_id, is_main DESC, id)")
    _dates = models.Constraint(
        "CHECK(date_end >= date_start)",
        "A warranty cannot end before it starts. Correct one of the two dates.",
    )
    _scope_target = models.Constraint(
        "CHECK(scope = 'vehicle'"
        " OR (scope = 'class' AND part_class IS NOT NULL)"
        " OR (scope = 'category' AND categ_id IS NOT NULL)"
        " OR (scope = 'product' AND product_id IS NOT NULL))",
        "Say which class, category or product the warranty is about.",
    )
    _figures = models.Constraint(
        "CHECK(start_odometer >= 0 AND end_odometer >= 0 AND start_hours >= 0"
        " AND end_hours >= 0 AND quantity >= 0 AND quantity_fitted >= quantity)",
        "Distance, hours and quantity of a warranty are 0 or more.",
    )
    _limited = models.Constraint(
        "CHECK(is_exclusion IS TRUE OR date_end IS NOT NULL"
        " OR (GREATEST(end_odometer, end_hours) > 0) IS TRUE)",
        "A warranty ends some day: enter a day, a distance or hours.",
    )
    _part_of_issue = models.Constraint(
        "CHECK((kind = 'part') = (move_line_id IS NOT NULL))",
        "An installed part is covered from its issue.",
    )
    _end_reason = models.Constraint(
        "CHECK((ended_on IS NULL) = (end_reason IS NULL))",
        "What ended early says why.",
    )

    @api.model
    def _get_states(self):
        """Return how a coverage may stand as of a day and a reading."""
        return [
            ("running", self.env._("Covered")),
            ("waiting", self.env._("Not yet begun")),
            ("date", self.env._("Ended by date")),
            ("distance", self.env._("Ended by distance")),
            ("hours", self.env._("Ended by hours")),
            ("ended", self.env._("Part is not in the vehicle any more")),
            ("excluded", self.env._("Excluded")),
            ("none", self.env._("No warranty")),
        ]

    @api.depends("scope", "part_class", "categ_id", "product_id", "lot_id", "date_end")
    def _compute_display_name(self):
        for coverage in self:
            name = coverage._get_scope_label()
            if coverage.kind == "part":
                # sudo: any role reads what is in the vehicle, not the stock's numbers
                number = coverage.sudo().lot_id.name
                name = self.env._(
                    "Part fitted: %(part)s",
                    part=" ".join(filter(None, [name, number])),
                )
            coverage.display_name = name

    @api.depends("vehicle_id.odometer", "vehicle_id.engine_hours")
    @api.depends_context("tz")
    def _compute_state(self):
        for coverage in self:
            vehicle = coverage.vehicle_id
            coverage.state = coverage.date_start and coverage._get_state(
                fields.Date.context_today(self),
                vehicle._get_run("odometer", vehicle.odometer),
                vehicle._get_run("hours", vehicle.engine_hours),
            )

    # -- The question --------------------------------------------------------------

    def _get_state(self, date, run, hours=0.0):
        """Return how the coverage stands as of a day and readings.

        Whichever limit comes first ends it; the last day and the last kilometre count.

        :param date: the day, as of the report
        :param run: distance run in total, earlier meters included, in the vehicle's
            unit
        :param hours: hours run in total
        :return: key of ``state``; an empty record set has no warranty
        """
        if not self:
            return "none"
        self.ensure_one()
        if date < self.date_start:
            return "waiting"
        # What came back unused was never in the vehicle.
        if self.ended_on and (self.end_reason == "returned" or date >= self.ended_on):
            return "ended"
        if self.is_exclusion:
            return "excluded"
        if self.date_end and date > self.date_end:
            return "date"
        if self.end_odometer and run > self.end_odometer:
            return "distance"
        if self.end_hours and hours > self.end_hours:
            return "hours"
        return "running"

    @api.model
    def _find(self, vehicle, product, date, run, hours=0.0):
        """Return the coverage that ``product`` of ``vehicle`` falls under.

        A running one of an installed part of that product comes first, then the
        vehicle's own of the narrowest scope. When none holds, the one that would have
        covered it is returned, so that its state says why.

        :return: tuple of the coverage (or none) and its state
        """
        answers = []
        own = [
            (coverage._get_match(product), coverage)
            for coverage in vehicle.coverage_ids
            if coverage.kind == "vehicle"
        ]
        narrowest = max((match for match, __ in own), default=0)
        for coverage in vehicle.coverage_ids:
            if coverage.kind == "part":
                if coverage.product_id == product:
                    answers.append(coverage)
            elif narrowest and coverage._get_match(product) == narrowest:
                answers.append(coverage)
        # What was fitted last is asked first, the vehicle's own at the end.
        answers.sort(key=lambda c: (c.kind == "part", c.date_start, c.id), reverse=True)
        states = [(c, c._get_state(date, run, hours)) for c in answers]
        for coverage, state in states:
            if state == "running":
                return coverage, state
        for coverage, state in states:
            # A part fitted later, or not there any more, explains nothing.
            if state not in ("waiting", "ended"):
                return coverage, state
        return states[-1] if states else (self.browse(), "none")

    # -- CRUD ------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and self.filtered(lambda c: c.kind == "part"):
            raise AccessError(
                self.env._(
                    "The coverage of an installed part follows from its issue and "
                    "return; nobody writes it by hand."
                )
            )
        if not self.env.su:
            vals = {**vals, "is_manual": True}
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [
                {**vals, "kind": "vehicle", "is_manual": True} for vals in vals_list
            ]
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_unjudged(self):
        judged = self._get_decisions()[:1]
        if judged:
            raise UserError(
                self.env._(
                    "Warranty %(coverage)s of %(vehicle)s has been decided on for "
                    "ticket %(ticket)s and stays. Correct its dates instead.",
                    coverage=judged.coverage_id.display_name,
                    vehicle=judged.coverage_id.vehicle_id.display_name,
                    ticket=judged.ticket_id.name,
                )
            )

    def _get_decisions(self):
        """Return the decisions that name these coverages."""
        # sudo: whether there are any, whoever corrects a vehicle's file
        decisions = self.env["aftersales.warranty.decision"].sudo()
        return decisions.search([("coverage_id", "in", self.ids)])

    def _is_judged(self):
        """Return whether a decision names one of these coverages."""
        return bool(self._get_decisions())
