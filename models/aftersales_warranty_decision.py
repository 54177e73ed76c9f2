from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import clean_context

# Causes that are the user's doing (R-WAR-02, R-WAR-10).
HUMAN_CAUSES = ("human", "assembly", "accident", "neglect")
# All that whoever decides says himself; the rest follows.
GIVEN_FIELDS = {
    "ticket_line_id",
    "cause",
    "evidence",
    "attachment_ids",
    "coverage_id",
}


class AftersalesWarrantyDecision(models.Model):
    """Whether a line of a ticket is covered, why, and on which figures (R-WAR-06).

    Nothing of it changes afterwards: a further decision takes its place. It is judged
    as of the report, with the readings of the report, not with today's (R-WAR-01).
    """

    _name = "aftersales.warranty.decision"
    _description = "Warranty Decision"
    _order = "id desc"
    _check_company_auto = True

    ticket_line_id = fields.Many2one(
        "aftersales.ticket.line",
        string="Line",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    ticket_id = fields.Many2one(
        related="ticket_line_id.ticket_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="ticket_line_id.company_id", store=True, index=True, precompute=True
    )
    vehicle_id = fields.Many2one(
        related="ticket_id.vehicle_id",
        store=True,
        index="btree_not_null",
        precompute=True,
    )
    partner_id = fields.Many2one(related="ticket_id.partner_id")
    product_id = fields.Many2one(related="ticket_line_id.product_id")
    complaint = fields.Text(related="ticket_id.complaint")
    finding = fields.Text(related="ticket_id.cause", string="Finding")
    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    is_current = fields.Boolean(
        string="In Force",
        default=True,
        readonly=True,
        copy=False,
        help="The last one on its line, unless new evidence set it aside.",
    )
    cause = fields.Selection(
        [
            ("none", "No human cause"),
            ("human", "Human cause"),
            ("assembly", "Customer's own wrong assembly"),
            ("accident", "Accident"),
            ("neglect", "Maintenance neglected"),
            ("wear", "Normal wear"),
        ],
        required=True,
        help="Only what nobody caused and what is not normal wear is covered.",
    )
    evidence = fields.Text(
        required=True, help="What shows how the part was damaged (R-WAR-06)."
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Photos and Papers", bypass_search_access=True
    )
    coverage_id = fields.Many2one(
        "aftersales.warranty.coverage",
        compute="_compute_coverage_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('vehicle_id', '=', vehicle_id)]",
        help="Found by part, day and readings. Choose another one where the part that "
        "failed is not the part of the line.",
    )
    coverage_state = fields.Selection(
        selection=lambda self: self.env["aftersales.warranty.coverage"]._get_states(),
        string="Coverage at the Report",
        compute="_compute_verdict",
        store=True,
        precompute=True,
    )
    date = fields.Date(
        string="Day of the Report",
        compute="_compute_figures",
        store=True,
        precompute=True,
    )
    odometer = fields.Float(
        string="Odometer at the Report",
        compute="_compute_figures",
        store=True,
        precompute=True,
        digits=(16, 1),
        aggregator=None,
    )
    hours = fields.Float(
        string="Hours at the Report",
        compute="_compute_figures",
        store=True,
        precompute=True,
        digits=(16, 1),
        aggregator=None,
    )
    run = fields.Float(
        string="Run in Total",
        compute="_compute_figures",
        store=True,
        precompute=True,
        digits=(16, 1),
        aggregator=None,
        help="The odometer and what earlier meters had run.",
    )
    hours_run = fields.Float(
        string="Hours in Total",
        compute="_compute_figures",
        store=True,
        precompute=True,
        digits=(16, 1),
        aggregator=None,
    )
    result = fields.Selection(
        [("covered", "Covered"), ("not_covered", "Not covered")],
        compute="_compute_verdict",
        store=True,
        precompute=True,
        index=True,
    )
    decided_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        required=True,
        default=lambda self: self.env.user,
        index=True,
    )
    decided_at = fields.Datetime(
        readonly=True, required=True, default=fields.Datetime.now
    )

    _one_current = models.UniqueIndex(
        "(ticket_line_id) WHERE is_current",
        "Somebody else has just decided on this line. Look at his decision first.",
    )
    _covered_by_something = models.Constraint(
        "CHECK(result IS NOT NULL AND (result <> 'covered' OR (cause = 'none'"
        " AND coverage_id IS NOT NULL AND coverage_state IS NOT DISTINCT"
        " FROM 'running')))",
        "Covered is only what nobody caused and a running warranty covers.",
    )
    _evidence = models.Constraint(
        "CHECK(trim(evidence) <> '')", "A decision names its evidence."
    )
    _order_idx = models.Index("(id DESC)")

    @api.depends("result", "cause", "ticket_line_id")
    def _compute_display_name(self):
        labels = dict(self._fields["result"]._description_selection(self.env))
        for decision in self:
            decision.display_name = self.env._(
                "%(line)s: %(result)s",
                line=decision.ticket_line_id.name or "",
                result=labels.get(decision.result, ""),
            )

    @api.depends("ticket_line_id")
    def _compute_figures(self):
        for decision in self:
            decision.update(decision.ticket_line_id.ticket_id._get_report_figures())

    @api.depends("ticket_line_id")
    def _compute_coverage_id(self):
        for decision in self:
            found = decision.coverage_id.browse()
            if decision.vehicle_id and decision.date:
                found, __ = found._find(
                    decision.vehicle_id,
                    decision.ticket_line_id.product_id,
                    decision.date,
                    decision.run,
                    decision.hours_run,
                )
            decision.coverage_id = found

    @api.depends("ticket_line_id", "cause", "coverage_id")
    def _compute_verdict(self):
        for decision in self:
            state = decision._get_coverage_state()
            decision.coverage_state = state
            covered = decision.cause == "none" and state == "running"
            decision.result = "covered" if covered else "not_covered"

    def _get_coverage_state(self):
        """Return how the coverage, as it is now, stands at the figures of the report"""
        self.ensure_one()
        if not self.date:
            return "none"
        return self.coverage_id._get_state(self.date, self.run, self.hours_run)

    @api.constrains("coverage_id", "ticket_line_id")
    def _check_coverage_vehicle(self):
        for decision in self:
            other = decision.coverage_id.vehicle_id
            if other and other != decision.ticket_id.vehicle_id:
                raise ValidationError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: the coverage is that of "
                        "%(vehicle)s. Choose one of the vehicle on the ticket.",
                        line=decision.ticket_line_id.name,
                        ticket=decision.ticket_id.name,
                        vehicle=other.display_name,
                    )
                )

    # -- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = self.env["aftersales.ticket.line"].browse(
            vals["ticket_line_id"] for vals in vals_list
        )
        lines._check_judge()
        for vals, line in zip(vals_list, lines, strict=True):
            if not (vals.get("evidence") or "").strip():
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: write down the evidence "
                        "for the cause first.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )
        lines._set_decisions_aside()
        # Who, when, the figures and the verdict follow; nobody hands them in, neither
        # as values nor as defaults.
        clean = self.with_env(self.env(context=clean_context(self.env.context)))
        decisions = super(AftersalesWarrantyDecision, clean).create(
            [
                {
                    name: value
                    for name, value in vals.items()
                    if name in GIVEN_FIELDS and value
                }
                for vals in vals_list
            ]
        )
        decisions._apply()
        return decisions

    def write(self, vals):
        if not self.env.su or vals.keys() - {"is_current"}:
            raise AccessError(
                self.env._(
                    "A decision on warranty stands as it was made. Decide anew on its "
                    "line; both stay to be seen."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Decisions on warranty are kept. Decide anew on line %(line)s of "
                "ticket %(ticket)s.",
                line=self[:1].ticket_line_id.name,
                ticket=self[:1].ticket_id.name,
            )
        )

    # -- What follows ------------------------------------------------------------------

    def _apply(self):
        """Let the payer of lines that nobody has agreed to follow the decision.

        Covered: the warranty pays instead of the customer, borne by whom the term
        names. Not covered: the customer pays (R-WAR-02). What a payer has agreed to
        stays; the gate stops the part.

        :raises UserError: when other lines of the ticket are borne by another
        """
        for decision in self:
            # sudo: who judges need not edit lines; he was checked for judging
            line = decision.ticket_line_id.sudo()
            line.cause_evidence = decision.evidence
            wanted = {
                ("covered", "customer"): "warranty",
                ("not_covered", "warranty"): "customer",
            }.get((decision.result, line.payer))
            if wanted and line._is_payer_open():
                line.payer = wanted
                if wanted == "customer" and line.ticket_id.state == "quoted":
                    # He may have had nothing to pay for so far.
                    line.ticket_id._billing_sync(create=True, payers=("customer",))
            if decision.result == "covered" and line.payer == "warranty":
                line._follow_term_provider()

    def _holds(self):
        """Return whether this decision lets a part leave under warranty.

        Asked again with its own figures: a warranty that was corrected since is
        judged as it stands now.
        """
        self.ensure_one()
        return self.result == "covered" and self._get_coverage_state() == "running"

    def _get_reason(self):
        """Return in words why this decision does not let a part leave."""
        self.ensure_one()
        if self.cause != "none":
            labels, key = self._fields["cause"], self.cause
        else:
            labels, key = self._fields["coverage_state"], self._get_coverage_state()
        return dict(labels._description_selection(self.env))[key]

    def action_open_ticket(self):
        """Open the ticket of the decision."""
        self.ensure_one()
        return self.ticket_id._get_records_action()
