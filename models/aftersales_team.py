from odoo import api, fields, models


class AftersalesTeam(models.Model):
    _name = "aftersales.team"
    _description = "After-Sales Team"
    _inherit = ["aftersales.copy.mixin", "mail.thread"]
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("hotline", "Hotline"),
            ("field", "Field service"),
            ("workshop", "Workshop"),
            ("factory", "Return-to-factory repair"),
            ("parts", "Parts"),
            ("complaints", "Complaints"),
        ],
        required=True,
        default="workshop",
        help="What the team does; a ticket proposes the team that fits its mode.",
    )
    leader_id = fields.Many2one("res.users", domain=[("share", "=", False)])
    member_ids = fields.Many2many(
        "res.users", string="Members", domain=[("share", "=", False)]
    )
    unreachable_ids = fields.Many2many(
        "res.users",
        string="Without mobile",
        compute="_compute_unreachable_ids",
        help="Members who cannot be called: no mobile number is known (R-INT-17).",
    )
    ticket_ids = fields.One2many("aftersales.ticket", "team_id")
    open_ticket_count = fields.Integer(compute="_compute_open_ticket_count")

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "A team of this name exists already."
    )

    @api.depends("member_ids", "leader_id")
    def _compute_unreachable_ids(self):
        for team in self:
            people = team.member_ids | team.leader_id
            team.unreachable_ids = people._origin.filtered("aftersales_is_unreachable")

    def _compute_open_ticket_count(self):
        counts = dict(
            self.env["aftersales.ticket"]._read_group(
                [
                    ("team_id", "in", self.ids),
                    ("state", "not in", ("closed", "cancelled")),
                ],
                ["team_id"],
                ["__count"],
            )
        )
        for team in self:
            team.open_ticket_count = counts.get(team, 0)

    def action_open_tickets(self):
        """Open the team's tickets that are not closed (R-ORG-02)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.ticket_action"
        )
        action["domain"] = [("team_id", "=", self.id)]
        action["context"] = {"default_team_id": self.id, "search_default_open": 1}
        return action
