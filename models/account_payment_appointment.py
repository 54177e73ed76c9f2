from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    aftersales_appointment_id = fields.Many2one(
        "aftersales.appointment",
        string="Deposit for Appointment",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="A customer's advance for valuable parts; set off when the ticket's "
        "invoice is posted (R-PAY-12).",
    )
