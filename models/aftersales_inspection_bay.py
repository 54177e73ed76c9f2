from odoo import fields, models


class AftersalesInspection(models.Model):
    """Where the vehicle is looked over: pre-check bay or lift (R-DIAG-11)."""

    _inherit = "aftersales.inspection"

    bay_id = fields.Many2one(
        "aftersales.bay",
        string="Checked in bay",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The pre-check bay or the lift on which the vehicle stands for the check.",
    )
