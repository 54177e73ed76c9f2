from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_appointment_phone = fields.Char(
        string="Appointment Number",
        help="Published for appointments; who answers knows repair (R-APPT-02).",
    )
    aftersales_appointment_deposit_percent = fields.Float(
        string="Deposit for Valuable Parts",
        default=50.0,
        help="Percent of their price that is paid before an appointment is agreed "
        "(R-APPT-07).",
    )
    aftersales_appointment_deposit_base = fields.Selection(
        [("quoted", "Quoted price"), ("list", "List price")],
        string="Deposit Counted from",
        default="quoted",
        help="What the percentage is taken of (D-34).",
    )

    _aftersales_deposit_check = models.Constraint(
        "CHECK(COALESCE(aftersales_appointment_deposit_percent, 0) BETWEEN 0 AND 100)",
        "The deposit of an appointment is a percentage between 0 and 100.",
    )
