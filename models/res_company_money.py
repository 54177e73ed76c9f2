from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_warranty_provider_id = fields.Many2one(
        "res.partner",
        string="Warranty Provider",
        help="Who is billed for warranty work, for instance the maker. Empty: the "
        "company bears its own warranty and nobody is billed.",
    )
    aftersales_deposit_percent = fields.Float(
        string="Deposit",
        default=0.0,
        help="Share of a customer's quotation, in percent, that must be paid online "
        "before work starts. 0: no deposit (R-PAY-12).",
    )
    aftersales_overdue_days = fields.Integer(
        string="Long Overdue After",
        default=40,
        help="Days that a debt may be overdue: beyond the limit it is on the day after "
        "the last of them (R-PAY-04).",
    )
    aftersales_diagnosis_fee_product_id = fields.Many2one(
        "product.product",
        string="Diagnosis Fee",
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        help="Charged when the customer leaves after diagnosis or estimate without "
        "a repair (R-DIAG-13).",
    )
    aftersales_estimate_fee_product_id = fields.Many2one(
        "product.product",
        string="Estimate Fee",
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        help="Charged instead of the diagnosis fee when the customer leaves after the "
        "estimate. Empty: the diagnosis fee (R-DIAG-13).",
    )

    _aftersales_deposit_percent_check = models.Constraint(
        "CHECK(aftersales_deposit_percent IS NULL"
        " OR aftersales_deposit_percent BETWEEN 0 AND 100)",
        "The deposit is a percentage between 0 and 100.",
    )

    def _aftersales_get_diagnosis_fee_product(self):
        """The product of the diagnosis fee: the company's, else the shipped one."""
        self.ensure_one()
        return self.aftersales_diagnosis_fee_product_id or self.env.ref(
            "aftersales.product_diagnosis_fee", raise_if_not_found=False
        )
