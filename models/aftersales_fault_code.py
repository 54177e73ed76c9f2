from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesFaultCode(models.Model):
    _name = "aftersales.fault.code"
    _description = "Fault Code"
    _inherit = ["aftersales.copy.mixin"]
    _parent_store = True
    _order = "complete_name"
    _check_company_auto = True
    _rec_name = "complete_name"
    _rec_names_search = ["code", "name"]
    _copy_marks = ("code",)

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, index=True)
    parent_id = fields.Many2one(
        "aftersales.fault.code",
        string="Assembly",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: known to every company."
    )
    active = fields.Boolean(default=True)
    is_safety = fields.Boolean(
        string="Safety",
        help="Steering, brakes, fire and the like: a refusal of such work is signed.",
    )

    is_severe = fields.Boolean(
        string="Severe by Law",
        help="Steering or brakes fail, the body cracks, fuel leaks, the battery burns: "
        "the law gives the owner of a household vehicle more (R-BEY-04).",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This fault code exists already."
    )

    @api.depends("name", "code", "parent_id.complete_name")
    def _compute_complete_name(self):
        for fault in self:
            own = f"{fault.code} {fault.name}" if fault.code else fault.name
            fault.complete_name = (
                f"{fault.parent_id.complete_name} / {own}" if fault.parent_id else own
            )

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A fault code cannot be its own assembly.")
            )
