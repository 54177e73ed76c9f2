from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesEquipmentCare(models.Model):
    """What was done with a piece of equipment: care, check, defect, repair."""

    _name = "aftersales.equipment.care"
    _description = "Care of Equipment"
    _order = "date desc, id desc"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="Done by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    kind = fields.Selection(
        [
            ("care", "Daily care"),
            ("service", "Service, calibration"),
            ("defect", "Defect"),
            ("repair", "Repaired"),
        ],
        required=True,
        default="care",
    )
    note = fields.Char("What")

    _defect_says_what = models.Constraint(
        "CHECK(kind NOT IN ('defect', 'repair') OR note IS NOT NULL)",
        "A defect and a repair say what.",
    )

    @api.depends("equipment_id", "date", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for care in self:
            care.display_name = f"{care.equipment_id.name}: {kinds.get(care.kind)}"

    @api.model_create_multi
    def create(self, vals_list):
        """Log care; a defect puts its equipment out of use, a repair back (R-DISP-10).

        :raises UserError: for a defect or a repair without words
        """
        cares = super().create(vals_list)
        for care in cares:
            if care.kind not in ("defect", "repair"):
                continue
            if not care.note:
                raise UserError(
                    self.env._(
                        "%(equipment)s: write what is wrong, or what was repaired.",
                        equipment=care.equipment_id.name,
                    )
                )
            broken = care.kind == "defect"
            # sudo: whoever notices a defect takes the lift out of use
            equipment = care.equipment_id.sudo()
            equipment.write(
                {
                    "state": "defective" if broken else "usable",
                    "defect": care.note if broken else False,
                }
            )
            if broken and equipment.user_id:
                equipment.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Defective: have it repaired"),
                    note=care.note,
                    user_id=equipment.user_id.id,
                )
        return cares

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of equipment is kept as it is."))
