from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    aftersales_skill_ids = fields.Many2many(
        "aftersales.skill",
        "aftersales_skill_users_rel",
        "user_id",
        "skill_id",
        string="Workshop Skills",
    )
