from odoo import api, fields, models
from odoo.exceptions import UserError

# Not mended yet.
OPEN_STATES = ("open", "told")


class AftersalesCampaignVehicle(models.Model):
    """One vehicle of a campaign: told, mended, or exempt and why (R-BEY-08)."""

    _name = "aftersales.campaign.vehicle"
    _description = "Vehicle of a Campaign"
    _inherit = ["aftersales.failure.mixin", "aftersales.role.mixin"]
    _order = "id desc"
    _check_company_auto = True

    campaign_id = fields.Many2one(
        "aftersales.campaign",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="campaign_id.kind", store=True)
    is_safety = fields.Boolean(related="campaign_id.is_safety")
    campaign_state = fields.Selection(
        related="campaign_id.state", string="State of the Campaign", store=True
    )
    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(related="vehicle_id.partner_id", string="Owner")
    model_id = fields.Many2one(related="vehicle_id.model_id", store=True)
    phase_id = fields.Many2one(
        "aftersales.campaign.phase",
        compute="_compute_phase_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain="[('campaign_id', '=', campaign_id)]",
    )
    date_start = fields.Date(
        "Called in from", compute="_compute_date_start", store=True, precompute=True
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("told", "Owner told"),
            ("done", "Done"),
            ("exempt", "Exempt"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    told_at = fields.Datetime("Owner told at", readonly=True)
    told_count = fields.Integer("Times told", readonly=True)
    done_at = fields.Datetime("Done at", readonly=True)
    ticket_line_ids = fields.One2many(
        "aftersales.ticket.line", "campaign_vehicle_id", string="Ticket Lines"
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Done by ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    closed_by_id = fields.Many2one("res.users", readonly=True)
    note = fields.Char(
        "Remarks", help="Why it is exempt, or where it was done elsewhere."
    )

    _campaign_vehicle_uniq = models.UniqueIndex(
        "(campaign_id, vehicle_id)", "A vehicle is on a campaign once."
    )
    _open_idx = models.Index(
        "(vehicle_id) WHERE state IN ('open', 'told') AND campaign_state = 'running'"
    )
    _to_tell_idx = models.Index(
        "(date_start, id) WHERE state = 'open' AND campaign_state = 'running'"
    )
    _closed_stamp = models.Constraint(
        "CHECK(state NOT IN ('done', 'exempt') OR closed_by_id IS NOT NULL)",
        "What is done or exempt says by whom.",
    )
    _exempt_reason = models.Constraint(
        "CHECK(state != 'exempt' OR note IS NOT NULL)",
        "A vehicle that is exempt says why.",
    )

    @api.depends("campaign_id.phase_ids.delivered_from", "vehicle_id.delivery_date")
    def _compute_phase_id(self):
        for row in self:
            row.phase_id = row.campaign_id.phase_ids.filtered(
                lambda phase, row=row: phase._concerns(row.vehicle_id)
            )[:1]

    @api.depends("phase_id.date_start", "campaign_id.date_start")
    def _compute_date_start(self):
        for row in self:
            row.date_start = row.phase_id.date_start or row.campaign_id.date_start

    @api.depends("campaign_id.code", "campaign_id.name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.campaign_id.display_name

    def write(self, vals):
        if not self.env.su and vals.keys() - {"note", "phase_id"}:
            raise UserError(
                self.env._("A vehicle of a campaign follows from its buttons.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unreleased(self):
        for row in self:
            if row.campaign_id.state != "draft":
                raise UserError(
                    self.env._(
                        "%(vehicle)s stays on campaign %(campaign)s. Note why it is "
                        "exempt instead.",
                        vehicle=row.vehicle_id.display_name,
                        campaign=row.campaign_id.display_name,
                    )
                )

    # -- Steps -------------------------------------------------------------------------

    def _check_open(self):
        """Raise UserError where a vehicle is done or exempt, or nothing runs."""
        for row in self:
            if row.state not in OPEN_STATES or row.campaign_state != "running":
                raise UserError(
                    self.env._(
                        "%(vehicle)s is closed on campaign %(campaign)s, or the "
                        "campaign does not run.",
                        vehicle=row.vehicle_id.display_name,
                        campaign=row.campaign_id.display_name,
                    )
                )

    def action_exempt(self):
        """Note that the vehicle need not come: gone, or not concerned after all.

        :raises UserError: without a reason in the remarks
        """
        self._check_role("quality")
        self.check_access("write")
        self._check_open()
        for row in self:
            if not row.note:
                raise UserError(
                    self.env._(
                        "%(vehicle)s: write in the remarks why it is exempt.",
                        vehicle=row.vehicle_id.display_name,
                    )
                )
        self._close("exempt")

    def action_done_elsewhere(self):
        """Note that the remedy was carried out by another workshop.

        :raises UserError: without the workshop in the remarks
        """
        self._check_role("quality", "advisor")
        self.check_access("write")
        self._check_open()
        for row in self:
            if not row.note:
                raise UserError(
                    self.env._(
                        "%(vehicle)s: write in the remarks where and when it was done.",
                        vehicle=row.vehicle_id.display_name,
                    )
                )
        self._close("done")

    def action_reopen(self):
        """Take the vehicle up again: it was closed by mistake."""
        self._check_role("manager")
        self.check_access("write")
        # sudo: stamps are not editable; role and access are checked above
        self.sudo().filtered(lambda row: row.state in ("done", "exempt")).write(
            {
                "state": "open",
                "done_at": False,
                "ticket_id": False,
                "closed_by_id": False,
            }
        )

    def _close(self, state, ticket=None):
        """Close the open ones of these rows; checks nothing."""
        # sudo: stamps are not editable; callers have checked role and state
        self.sudo().filtered(lambda row: row.state in OPEN_STATES).write(
            {
                "state": state,
                "done_at": fields.Datetime.now() if state == "done" else False,
                "ticket_id": ticket.id if ticket else False,
                "closed_by_id": self.env.uid,
            }
        )

    def _is_due(self):
        """Return whether this vehicle is called in now."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        campaign = self.campaign_id
        return (
            self.state in OPEN_STATES
            and campaign.state == "running"
            and (not self.date_start or self.date_start <= today)
            and (not campaign.date_end or campaign.date_end >= today)
        )
