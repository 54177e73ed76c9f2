from odoo import fields, models


class AftersalesPolicy(models.Model):
    _inherit = "aftersales.policy"

    followup_rule_ids = fields.One2many(
        "aftersales.followup.rule",
        "policy_id",
        help="Follow-ups of tickets under this policy; they replace the general ones.",
    )
