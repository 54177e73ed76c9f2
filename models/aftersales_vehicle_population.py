from odoo import fields, models


class AftersalesVehicle(models.Model):
    """By what vehicles are chosen for surveys, visits and campaigns (R-CUST-15)."""

    _inherit = "aftersales.vehicle"

    owner_grade = fields.Selection(
        related="partner_id.aftersales_grade",
        string="Customer Grade",
        groups="base.group_user",
    )
    owner_state_id = fields.Many2one(
        related="partner_id.state_id",
        string="Region of the Owner",
        groups="base.group_user",
    )
    owner_salesperson_id = fields.Many2one(
        related="partner_id.user_id", string="Salesperson", groups="base.group_user"
    )
