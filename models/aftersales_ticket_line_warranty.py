from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .aftersales_ticket import OPEN_STATES
from .aftersales_warranty_decision import HUMAN_CAUSES

JUDGES = ("technician", "inspector", "quality", "advisor", "claims_clerk")


class AftersalesTicketLine(models.Model):
    """Whether the warranty covers a line, as decided last (R-WAR-02, 06, 10)."""

    _inherit = "aftersales.ticket.line"

    warranty_decision_ids = fields.One2many(
        "aftersales.warranty.decision",
        "ticket_line_id",
        string="Decisions",
        readonly=True,
    )
    warranty_decision_id = fields.Many2one(
        "aftersales.warranty.decision",
        compute="_compute_warranty_decision",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        copy=False,
    )
    warranty_result = fields.Selection(
        related="warranty_decision_id.result",
        string="Decided",
        store=True,
        precompute=True,
        copy=False,
    )
    human_caused = fields.Boolean(
        string="Human cause",
        compute="_compute_warranty_decision",
        store=True,
        precompute=True,
        copy=False,
        help="Damaged by human cause: outside the warranty (R-WAR-02).",
    )
    cause_evidence = fields.Text(
        string="Evidence",
        copy=False,
        help="What shows how the part was damaged (R-WAR-06).",
    )
    cause_judged_by_id = fields.Many2one(
        "res.users",
        string="Cause judged by",
        compute="_compute_warranty_decision",
        store=True,
        precompute=True,
        copy=False,
    )
    cause_judged_at = fields.Datetime(
        "Cause judged on",
        compute="_compute_warranty_decision",
        store=True,
        precompute=True,
        copy=False,
    )
    needs_warranty_decision = fields.Boolean(
        compute="_compute_needs_warranty_decision",
        search="_search_needs_warranty_decision",
        help="The warranty is to pay, and nobody has decided whether it does.",
    )
    warranty_coverage_id = fields.Many2one(
        "aftersales.warranty.coverage",
        string="Coverage",
        compute="_compute_warranty_outlook",
        help="What the line falls under at the day and with the readings of the "
        "report.",
    )
    warranty_outlook = fields.Selection(
        selection=lambda self: self.env["aftersales.warranty.coverage"]._get_states(),
        string="At the Report",
        compute="_compute_warranty_outlook",
    )

    @api.depends("warranty_decision_ids.is_current")
    def _compute_warranty_decision(self):
        for line in self:
            decision = line.warranty_decision_ids.filtered("is_current")[:1]
            line.warranty_decision_id = decision
            line.human_caused = decision.cause in HUMAN_CAUSES
            line.cause_judged_by_id = decision.decided_by_id
            line.cause_judged_at = decision.decided_at

    @api.depends(
        "payer",
        "approval",
        "warranty_decision_id",
        "campaign_vehicle_id",
        "ticket_id.state",
        "ticket_id.line_ids.warranty_result",
    )
    def _compute_needs_warranty_decision(self):
        for line in self:
            line.needs_warranty_decision = (
                line.payer == "warranty"
                and line.approval in ("proposed", "approved")
                and not line.warranty_decision_id
                and not line.campaign_vehicle_id
                and line.ticket_id.state in OPEN_STATES
                and (
                    line.line_type == "part"
                    # Labour goes with a part that was found covered.
                    or "covered"
                    not in line.ticket_id.line_ids.mapped("warranty_result")
                )
            )

    def _search_needs_warranty_decision(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        needed = (
            Domain("payer", "=", "warranty")
            & Domain("approval", "in", ("proposed", "approved"))
            & Domain("warranty_decision_id", "=", False)
            & Domain("campaign_vehicle_id", "=", False)
            & Domain("ticket_id.state", "in", OPEN_STATES)
            & (
                Domain("line_type", "=", "part")
                | Domain(
                    "ticket_id.line_ids",
                    "not any",
                    [("warranty_result", "=", "covered")],
                )
            )
        )
        return needed if (operator == "in") == (True in value) else ~needed

    @api.depends("product_id", "ticket_id.vehicle_id", "ticket_id.odometer")
    def _compute_warranty_outlook(self):
        coverages = self.env["aftersales.warranty.coverage"]
        for line in self:
            ticket = line.ticket_id
            coverage, state = coverages, "none"
            if ticket.vehicle_id and ticket.reported_at:
                figures = ticket._get_report_figures()
                coverage, state = coverages._find(
                    ticket.vehicle_id,
                    line.product_id,
                    figures["date"],
                    figures["run"],
                    figures["hours_run"],
                )
            line.warranty_coverage_id = coverage
            line.warranty_outlook = state

    # -- CRUD -----------------------------------------------------------------------

    def write(self, vals):
        if vals.get("payer") == "warranty":
            self._check_payer_covered()
        # New evidence, or another part: a new decision.
        anew = self.browse()
        if "cause_evidence" in vals and not self.env.su:
            anew = self
        elif "product_id" in vals:
            anew = self.filtered(lambda line: line.product_id.id != vals["product_id"])
        result = super().write(vals)
        anew._set_decisions_aside()
        return result

    def _check_payer_covered(self):
        """Refuse to let the warranty pay for what was found not covered.

        :raises UserError: naming the line and whom to turn to
        """
        for line in self:
            if line.payer != "warranty" and line.warranty_result == "not_covered":
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s was found not to be "
                        "covered by %(user)s. Let it be decided anew, or let goodwill "
                        "bear it.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                        user=line.cause_judged_by_id.name,
                    )
                )

    # -- Decision -------------------------------------------------------------------

    def _get_warranty_decision(self):
        """Return the decision in force on this line, or none."""
        self.ensure_one()
        return self.warranty_decision_id

    def _get_replaced_coverage(self):
        """Return the coverage that the part of this line replaces another one under."""
        self.ensure_one()
        decision = self.warranty_decision_id
        covered = self.payer == "warranty" and decision.result == "covered"
        return decision.coverage_id if covered else decision.coverage_id.browse()

    def _is_payer_open(self):
        """Return whether who pays may still follow a decision on this line."""
        self.ensure_one()
        order = self.sale_line_id.order_id
        return self.approval == "proposed" and not order.signature

    def _check_judge(self):
        """Raise unless the user may decide on these lines at this moment.

        :raises UserError: once the part has left
        """
        self.ticket_id._check_role(*JUDGES)
        for line in self:
            if line.qty_issued:
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: the part has left; the "
                        "cause is judged before that.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                    )
                )

    def _set_decisions_aside(self):
        """Let the decisions on these lines hold no more; they stay to be seen."""
        # sudo: nobody edits decisions; who may enter evidence or decide was checked
        decisions = self.sudo().warranty_decision_id
        decisions.write({"is_current": False})
        # The unique index sees rows, not what is still to be written.
        decisions.flush_recordset(["is_current"])

    def action_judge_cause(self):
        """Open the form in which it is decided whether the line is covered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Warranty decision"),
            "res_model": "aftersales.warranty.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_line_id": self.id,
                "default_evidence": self.cause_evidence,
            },
        }

    def action_cause_none(self):
        """Find that nobody caused the damage: covered, if a warranty holds.

        :raises UserError: without evidence, or once the part has left
        """
        return self._judge_cause("none")

    def action_cause_human(self):
        """Find that the damage has a human cause: outside the warranty.

        :raises UserError: without evidence, or once the part has left
        """
        return self._judge_cause("human")

    def _judge_cause(self, cause):
        self.ticket_id._check_role(*JUDGES)
        # sudo: some of the roles only read lines and decisions; checked above
        decisions = self.env["aftersales.warranty.decision"].sudo()
        decisions.create(
            [
                {
                    "ticket_line_id": line.id,
                    "cause": cause,
                    "evidence": line.cause_evidence,
                }
                for line in self
            ]
        )
        return True
