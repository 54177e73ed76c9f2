from odoo import fields, models


class AftersalesSkill(models.Model):
    """What somebody must be able to do for a job, as high voltage (R-DISP-14)."""

    _name = "aftersales.skill"
    _description = "Workshop Skill"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: shared by all companies."
    )
    color = fields.Integer()
    user_ids = fields.Many2many(
        "res.users",
        "aftersales_skill_users_rel",
        "skill_id",
        "user_id",
        string="Who has it",
        domain=[("share", "=", False)],
    )
