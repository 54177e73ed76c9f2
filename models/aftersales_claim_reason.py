from odoo import fields, models


class AftersalesClaimReason(models.Model):
    """Why a claim was answered with less than was claimed (R-BEY-09)."""

    _name = "aftersales.claim.reason"
    _description = "Reason of a Claim Difference"
    _inherit = ["aftersales.copy.mixin"]
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]
    _copy_marks = ("code",)

    code = fields.Char(required=True, help="As the maker's answers call it.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: shared by all companies."
    )
    is_ours = fields.Boolean(
        "Avoidable",
        help="A mistake of ours, as papers that were missing: it lowers the figure of "
        "claims accepted at once.",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE active",
        "There is a reason of this code already. Use it, or archive it first.",
    )
