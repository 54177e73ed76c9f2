from odoo import api, fields, models


class AftersalesDeclineReason(models.Model):
    """Why a customer does not want work that was proposed (R-BEY-07)."""

    _name = "aftersales.decline.reason"
    _description = "Reason of Refusal"
    _inherit = ["aftersales.copy.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]
    _copy_marks = ("code", "name")

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    is_portal = fields.Boolean(
        "Offered to customers",
        default=True,
        help="Customers may choose this reason on their own page.",
    )
    warns = fields.Boolean(
        "Warn about safety",
        help="Who refuses for this reason is told once more that the vehicle may not "
        "be safe (R-SIGN-04).",
    )

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "A reason of this code exists already.",
    )

    @api.model
    def _get_unsaid(self):
        """Return the reason of refusals for which none was given, or nothing."""
        return (
            self.env.ref("aftersales.decline_reason_unsaid", raise_if_not_found=False)
            or self.browse()
        )

    @api.model
    def _get_for_portal(self, company):
        """Return the reasons a customer of ``company`` may choose from."""
        # sudo: names only; customers have no rights on the list
        return self.sudo().search(
            [("is_portal", "=", True), ("company_id", "in", (company.id, False))]
        )
