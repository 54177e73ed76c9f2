from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    aftersales_is_vehicle = fields.Boolean(
        string="Vehicle with After-Sales File",
        help="Each serial number delivered to a customer gets its vehicle file.",
    )
    aftersales_model_id = fields.Many2one(
        "fleet.vehicle.model",
        string="Vehicle Model",
        ondelete="restrict",
        help="The model that the vehicle file of a delivered unit takes.",
    )

    @api.constrains("aftersales_is_vehicle", "tracking")
    def _check_aftersales_vehicle_tracking(self):
        for template in self:
            if template.aftersales_is_vehicle and template.tracking != "serial":
                raise ValidationError(
                    self.env._(
                        "%(product)s is to get vehicle files, so each unit must be "
                        "told apart. Set its tracking to unique serial numbers first.",
                        product=template.display_name,
                    )
                )
