from odoo import fields, models


class AftersalesVehicleRecommendation(models.Model):
    """Additional work that the customer refused, kept in the vehicle's file."""

    _inherit = "aftersales.vehicle.recommendation"

    addition_id = fields.Many2one(
        "aftersales.addition",
        string="Refused as",
        index="btree_not_null",
        check_company=True,
        readonly=True,
        copy=False,
        ondelete="set null",
    )
