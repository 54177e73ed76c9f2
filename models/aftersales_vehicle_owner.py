from odoo import fields, models


class AftersalesVehicleOwner(models.Model):
    _name = "aftersales.vehicle.owner"
    _description = "Ownership of a Vehicle"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until")
    odometer = fields.Float(
        string="Odometer at Takeover", digits=(16, 1), aggregator=None
    )
    user_id = fields.Many2one(
        "res.users", string="Entered by", default=lambda self: self.env.user
    )

    _one_open = models.UniqueIndex(
        "(vehicle_id) WHERE date_to IS NULL",
        "A vehicle has one owner at a time.",
    )
    _dates = models.Constraint(
        "CHECK (date_to >= date_from)",
        "An ownership cannot end before it began. Correct the date of the transfer.",
    )
