from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesBay(models.Model):
    """A bay whose lift is broken takes no vehicle."""

    _inherit = "aftersales.bay"

    equipment_ids = fields.One2many("aftersales.equipment", "bay_id")

    def _check_free(self, start, stop, operation=None, appointment=None):
        """Refuse also a bay whose equipment is defective (R-DISP-10)."""
        result = super()._check_free(start, stop, operation, appointment)
        # sudo: the lift is broken, whoever plans
        broken = self.sudo().equipment_ids.filtered(
            lambda equipment: equipment.state == "defective"
        )
        if broken:
            raise UserError(
                self.env._(
                    "Bay %(bay)s: %(equipment)s is defective (%(defect)s). Nothing "
                    "runs with a defect; choose another bay until it is repaired.",
                    bay=self.name,
                    equipment=broken[0].name,
                    defect=broken[0].defect,
                )
            )
        return result
