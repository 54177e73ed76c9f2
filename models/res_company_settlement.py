from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_settlement_required = fields.Boolean(
        string="Settlement before the Gate Pass",
        default=True,
        help="A vehicle leaves the workshop only once its ticket is settled: papers "
        "complete, billed as approved (R-SETT-02, R-SETT-06).",
    )
    aftersales_public_prices = fields.Boolean(
        string="Public Price Page",
        default=True,
        help="Everybody reads the prices of common parts on /aftersales/prices "
        "(R-SETT-18).",
    )
    aftersales_discount_written_percent = fields.Float(
        string="Discounts in Writing above",
        default=0.0,
        help="Share of a bill, in percent, above which a discount needs a written "
        "authorisation. 0: never (D-10).",
    )

    _aftersales_discount_written_check = models.Constraint(
        "CHECK(aftersales_discount_written_percent IS NULL"
        " OR aftersales_discount_written_percent BETWEEN 0 AND 100)",
        "The percentage lies between 0 and 100.",
    )
