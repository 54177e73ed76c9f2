from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_shift import DISPATCHER


class AftersalesFinding(models.Model):
    """What a round or a check of the workshop found, and what became of it."""

    _name = "aftersales.finding"
    _description = "Workshop Finding"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("What", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
    )
    shift_id = fields.Many2one(
        "aftersales.shift",
        index="btree_not_null",
        check_company=True,
        compute="_compute_shift_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
    )
    patrol_id = fields.Many2one(
        "aftersales.patrol",
        string="Round",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    area = fields.Selection(
        [
            ("people", "People"),
            ("equipment", "Equipment and tools"),
            ("parts", "Parts supply"),
            ("repair_parts", "Parts under repair"),
            ("quality", "Quality of work"),
            ("order", "Order and cleanliness"),
            ("safety", "Safety"),
            ("property", "Customers' property"),
            ("other", "Other"),
        ],
        required=True,
        default="order",
    )
    team_id = fields.Many2one(
        "aftersales.team", index="btree_not_null", check_company=True
    )
    bay_id = fields.Many2one("aftersales.bay", check_company=True)
    ticket_id = fields.Many2one(
        "aftersales.ticket", index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="To be dealt with by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is called by an activity.",
    )
    photo = fields.Image(max_width=1600, max_height=1600)
    state = fields.Selection(
        [("open", "Open"), ("handled", "Handled")],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    measure = fields.Char("What was done")
    handled_by_id = fields.Many2one("res.users", readonly=True)
    handled_at = fields.Datetime(readonly=True)

    _handled_says_how = models.Constraint(
        "CHECK(state = 'open' OR (measure IS NOT NULL AND handled_at IS NOT NULL))",
        "What has been handled says what was done.",
    )

    @api.depends("patrol_id")
    def _compute_shift_id(self):
        for finding in self:
            finding.shift_id = finding.patrol_id.shift_id or finding.shift_id

    @api.depends("patrol_id.company_id", "shift_id.company_id")
    def _compute_company_id(self):
        for finding in self:
            finding.company_id = (
                finding.patrol_id.company_id
                or finding.shift_id.company_id
                or finding.company_id
                or self.env.company
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Enter findings; whoever has to deal with one is called."""
        findings = super().create(vals_list)
        findings._call()
        return findings

    def write(self, vals):
        if not self.env.su and {"state", "handled_by_id", "handled_at"} & vals.keys():
            raise UserError(
                self.env._(
                    "%(finding)s is ended with its button Handled.",
                    finding=self[:1].display_name,
                )
            )
        called = "user_id" in vals and self.filtered(
            lambda finding: finding.user_id.id != vals["user_id"]
        )
        result = super().write(vals)
        if called:
            # sudo: the call of the one before was made by somebody else
            called.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            called._call()
        return result

    def _call(self):
        """Schedule an activity for whoever has to deal with these findings."""
        for user, findings in self.filtered("user_id").grouped("user_id").items():
            findings.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Found in the workshop: see to it"),
                user_id=user.id,
            )

    def action_handled(self):
        """State that it has been dealt with (R-DISP-06).

        :raises AccessError: for somebody else's
        :raises UserError: without what was done
        """
        for finding in self:
            if finding.user_id != self.env.user and not self.env.user.has_group(
                DISPATCHER
            ):
                raise AccessError(
                    self.env._(
                        "%(finding)s is for %(user)s or the dispatcher to deal with.",
                        finding=finding.name,
                        user=finding.user_id.name or "-",
                    )
                )
            if not finding.measure:
                raise UserError(
                    self.env._(
                        "%(finding)s: write what was done.", finding=finding.name
                    )
                )
        # sudo: stamps are not editable; person and measure are checked above
        self.sudo().write(
            {
                "state": "handled",
                "handled_by_id": self.env.uid,
                "handled_at": fields.Datetime.now(),
            }
        )
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"])
