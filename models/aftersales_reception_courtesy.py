from odoo import fields, models


class AftersalesReceptionCourtesy(models.Model):
    """A courtesy of the reception, ticked off or not, never enforced (R-RECV-16)."""

    _name = "aftersales.reception.courtesy"
    _description = "Courtesy at Reception"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
