from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesEquipment(models.Model):
    """A lift, tester or special tool of the workshop, and its care (R-DISP-10)."""

    _name = "aftersales.equipment"
    _description = "Workshop Equipment"
    _inherit = ["aftersales.copy.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    serial_number = fields.Char()
    bay_id = fields.Many2one(
        "aftersales.bay",
        index="btree_not_null",
        check_company=True,
        help="Where it stands. A bay whose equipment is defective takes no vehicle.",
    )
    team_id = fields.Many2one(
        "aftersales.team", check_company=True, help="Who looks after it."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Kept by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    rules = fields.Text("Operating Rules", help="How it is used and looked after.")
    care_days = fields.Integer(
        "Care Every (Days)", default=1, help="0: nothing regular to do."
    )
    state = fields.Selection(
        [("usable", "Usable"), ("defective", "Defective")],
        required=True,
        readonly=True,
        default="usable",
        index=True,
        tracking=True,
    )
    defect = fields.Char(readonly=True)
    care_ids = fields.One2many("aftersales.equipment.care", "equipment_id")
    last_care_at = fields.Datetime(compute="_compute_last_care", store=True)
    next_care_date = fields.Date(compute="_compute_last_care", store=True, index=True)

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Equipment of this name exists already."
    )
    _care_days_positive = models.Constraint(
        "CHECK(care_days >= 0)", "Days between two times of care are not negative."
    )
    _defect_named = models.Constraint(
        "CHECK(state = 'usable' OR defect IS NOT NULL)",
        "Equipment that is defective says what is wrong.",
    )

    @api.depends("care_ids.date", "care_ids.kind", "care_days")
    def _compute_last_care(self):
        for equipment in self:
            done = equipment.care_ids.filtered(lambda care: care.kind != "defect")
            last = max(done.mapped("date"), default=False)
            equipment.last_care_at = last
            begin = last or equipment.create_date or fields.Datetime.now()
            equipment.next_care_date = (
                equipment.care_days
                and (begin + timedelta(days=equipment.care_days)).date()
            )

    def write(self, vals):
        if not self.env.su and {"state", "defect"} & vals.keys():
            raise UserError(
                self.env._(
                    "%(equipment)s: enter the defect or the repair in its log.",
                    equipment=self[:1].name,
                )
            )
        return super().write(vals)

    def action_care(self):
        """Log the daily care of these, done now by the user."""
        self.env["aftersales.equipment.care"].create(
            [{"equipment_id": equipment.id, "kind": "care"} for equipment in self]
        )
