from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_ticket_parts import REQUEST_STATES

# What only a step writes.
STEP_FIELDS = {
    "name",
    "state",
    "requested_by_id",
    "requested_at",
    "decided_by_id",
    "decided_at",
}
# What the superior says; the rest is the asker's, and stays once he has asked.
ANSWER_FIELDS = {"refusal_reason"}
OTHER_FIELDS = ANSWER_FIELDS | {"approver_id", "message_follower_ids"}


class AftersalesPartRequisition(models.Model):
    """Parts that are asked for: name, specification, quantity, and the superior's word.

    R-PART-14, R-PART-19; F34. Once approved there are the slips that "Ask for parts"
    makes, in the name of who asked; Finance's release follows as ever.
    """

    _name = "aftersales.part.requisition"
    _description = "Parts Requisition"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "ticket_id.name"]
    _check_company_auto = True

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, index="trigram", default="/"
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain=[("state", "in", REQUEST_STATES)],
    )
    company_id = fields.Many2one(
        related="ticket_id.company_id", store=True, index=True, precompute=True
    )
    vehicle_id = fields.Many2one(related="ticket_id.vehicle_id")
    team_id = fields.Many2one(related="ticket_id.team_id")
    state = fields.Selection(
        [
            ("draft", "Being written"),
            ("asked", "Asked for"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    needed_at = fields.Datetime("Needed by")
    reason = fields.Char("What for", help="The work the parts are for.")
    line_ids = fields.One2many(
        "aftersales.part.requisition.line", "requisition_id", string="Parts", copy=True
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Asked for by",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.user,
    )
    requested_at = fields.Datetime("Asked for on", readonly=True, copy=False)
    approver_id = fields.Many2one(
        "res.users",
        string="Superior",
        compute="_compute_approver_id",
        store=True,
        readonly=False,
        index=True,
        copy=False,
        domain=[("share", "=", False)],
        help="Who is asked: the leader of the team, or a manager; never who asks.",
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False
    )
    decided_at = fields.Datetime("Decided on", readonly=True, copy=False)
    refusal_reason = fields.Char("Why not", copy=False)
    can_decide = fields.Boolean(compute="_compute_can_decide")
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_requisition_id", string="Slips", readonly=True
    )
    picking_count = fields.Integer(
        "Number of slips", compute="_compute_picking_count", compute_sudo=True
    )

    _four_eyes = models.Constraint(
        "CHECK(decided_by_id IS NULL OR decided_by_id <> requested_by_id)",
        "Nobody decides on parts he asks for himself.",
    )
    _decided_check = models.Constraint(
        "CHECK((state IN ('approved', 'refused'))"
        " = (decided_by_id IS NOT NULL AND decided_at IS NOT NULL))",
        "A requisition is approved or refused by somebody.",
    )
    _refusal_told = models.Constraint(
        "CHECK(state <> 'refused' OR refusal_reason IS NOT NULL)",
        "Who refuses a requisition says why.",
    )

    @api.depends("ticket_id", "requested_by_id")
    def _compute_approver_id(self):
        for requisition in self:
            if requisition.ticket_id:
                requisition.approver_id = requisition._get_superior()

    @api.depends("state", "requested_by_id", "approver_id", "ticket_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for requisition in self:
            requisition.can_decide = (
                requisition.state == "asked" and requisition._may_decide(self.env.user)
            )

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        for requisition in self:
            requisition.picking_count = len(requisition.picking_ids)

    # -- The superior -----------------------------------------------------------------

    def _get_superior(self):
        """Return who decides: the team's leader, or a manager; never who asks."""
        self.ensure_one()
        asker = self.requested_by_id
        # sudo: who leads which team is read to find a person, nothing else is shown
        teams = (
            self.env["aftersales.team"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.ticket_id.company_id.id),
                    ("member_ids", "in", asker.ids),
                    ("leader_id", "!=", False),
                ]
            )
        )
        leaders = (self.ticket_id.sudo().team_id | teams).leader_id - asker
        if leaders:
            return leaders[0]
        # sudo: as above, of the managers
        managers = self.env.ref("aftersales.group_aftersales_manager").sudo()
        company = self.ticket_id.company_id
        return managers.all_user_ids.filtered(
            lambda user: (
                user != asker
                and user.active
                and not user._is_superuser()
                and company in user.company_ids
            )
        )[:1]

    def _may_decide(self, user):
        """Return whether ``user`` is a superior of who asks, and not himself."""
        self.ensure_one()
        if user == self.requested_by_id:
            return False
        if user.has_group("aftersales.group_aftersales_manager"):
            return True
        # sudo: who leads which team; only a yes or no leaves this method
        asker, team = self.sudo().requested_by_id, self.sudo().ticket_id.team_id
        return team.leader_id == user or bool(
            self.env["aftersales.team"]
            .sudo()
            .search_count(
                [
                    ("company_id", "=", self.company_id.id),
                    ("leader_id", "=", user.id),
                    ("member_ids", "in", asker.ids),
                ],
                limit=1,
            )
        )

    # -- CRUD -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_by_hand(vals)
        by_company = {}
        tickets = self.env["aftersales.ticket"].browse(
            {vals["ticket_id"] for vals in vals_list if vals.get("ticket_id")}
        )
        company_of = {ticket.id: ticket.company_id for ticket in tickets}
        for vals in vals_list:
            company = company_of.get(vals.get("ticket_id"), self.env.company)
            by_company.setdefault(company, []).append(vals)
        for company, unnumbered in by_company.items():
            numbers = self.env["ir.sequence"]._aftersales_next_batch(
                self._name, company, len(unnumbered)
            )
            for vals, number in zip(unnumbered, numbers, strict=True):
                vals["name"] = number or "/"
        requisitions = super().create(vals_list)
        requisitions.ticket_id._check_role("technician", "advisor")
        return requisitions

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals)
            if vals.keys() - OTHER_FIELDS:
                self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_by_hand(self, vals):
        """Raise AccessError where ``vals`` hold what only a step writes."""
        by_step = {
            name
            for name in STEP_FIELDS & vals.keys()
            if not (name == "state" and vals[name] == "draft")
        }
        if by_step:
            raise AccessError(
                self.env._(
                    "Who asked for parts, and who decided, follows from the buttons of "
                    "the requisition."
                )
            )

    def _check_draft(self):
        """Raise UserError for what has been asked for already, or is another's."""
        for requisition in self:
            if requisition.state != "draft":
                raise UserError(
                    self.env._(
                        "Requisition %(name)s has been asked for and stays as it is. "
                        "Withdraw it and write another one.",
                        name=requisition.name,
                    )
                )
            if not self.env.su and requisition.requested_by_id != self.env.user:
                raise UserError(
                    self.env._(
                        "Requisition %(name)s is %(user)s's. Write one of your own.",
                        name=requisition.name,
                        user=requisition.requested_by_id.name,
                    )
                )
