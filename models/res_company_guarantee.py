from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_guarantee_overhaul_days = fields.Integer(
        string="Guarantee on an Overhaul, Days",
        default=100,
        help="Also for the replacement of an assembly (R-BEY-05).",
    )
    aftersales_guarantee_overhaul_km = fields.Integer(
        string="Guarantee on an Overhaul, km", default=20000
    )
    aftersales_guarantee_secondary_days = fields.Integer(
        string="Guarantee on Second-Level Maintenance, Days", default=30
    )
    aftersales_guarantee_secondary_km = fields.Integer(
        string="Guarantee on Second-Level Maintenance, km", default=5000
    )
    aftersales_guarantee_other_days = fields.Integer(
        string="Guarantee on Other Work, Days", default=10
    )
    aftersales_guarantee_other_km = fields.Integer(
        string="Guarantee on Other Work, km", default=2000
    )
    aftersales_guarantee_terms = fields.Text(
        string="Terms of the Guarantee",
        translate=True,
        help="Printed on the quality guarantee card (R-EST-07, R-QC-06).",
    )

    _aftersales_guarantee_check = models.Constraint(
        "CHECK(LEAST(aftersales_guarantee_overhaul_days,"
        " aftersales_guarantee_overhaul_km, aftersales_guarantee_secondary_days,"
        " aftersales_guarantee_secondary_km, aftersales_guarantee_other_days,"
        " aftersales_guarantee_other_km) >= 0)",
        "A guarantee does not end before it begins.",
    )
