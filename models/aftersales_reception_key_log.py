from odoo import fields, models


class AftersalesReceptionKeyLog(models.Model):
    """A key leaves the cabinet and comes back (R-RECV-09). Only its steps write it."""

    _name = "aftersales.reception.key.log"
    _description = "Key Given Out"
    _order = "out_at desc, id desc"
    _check_company_auto = True

    reception_id = fields.Many2one(
        "aftersales.reception",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="reception_id.company_id")
    vehicle_id = fields.Many2one(related="reception_id.vehicle_id")
    key_number = fields.Char(related="reception_id.key_number")
    user_id = fields.Many2one("res.users", "Taken by", required=True, readonly=True)
    out_at = fields.Datetime("Out", required=True, readonly=True)
    in_at = fields.Datetime("Back", readonly=True)
    in_by_id = fields.Many2one("res.users", "Put back by", readonly=True)

    _out_uniq = models.UniqueIndex(
        "(reception_id) WHERE in_at IS NULL", "This key is out already."
    )
