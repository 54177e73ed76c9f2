from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTripCheckIn(models.Model):
    """Where somebody on a trip was, and when (R-TRIP-05).

    The time is the moment of the entry; an entry is not changed afterwards.
    """

    _name = "aftersales.trip.check.in"
    _description = "Check-in on a Trip"
    _order = "checked_at desc, id desc"
    _rec_name = "place"
    _check_company_auto = True

    trip_id = fields.Many2one(
        "aftersales.trip",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="trip_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    checked_at = fields.Datetime(
        "When", required=True, readonly=True, default=fields.Datetime.now
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="At",
        index="btree_not_null",
        check_company=True,
        domain="[('id', 'in', parent.ticket_ids)]",
    )
    place = fields.Char(
        required=True, help="Town, street, or what the phone's map says."
    )
    latitude = fields.Float(digits=(10, 6), readonly=True)
    longitude = fields.Float(digits=(10, 6), readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.update(user_id=self.env.uid, checked_at=fields.Datetime.now())
        check_ins = super().create(vals_list)
        if not self.env.su:
            check_ins._check_under_way()
        return check_ins

    def _check_under_way(self):
        """Raise UserError unless these are of somebody on his way."""
        for check_in in self:
            trip = check_in.trip_id
            if trip.state != "underway" or not trip._is_own(check_in.user_id):
                raise UserError(
                    self.env._(
                        "Trip %(name)s: who is under way on it checks in, from leaving "
                        "to return.",
                        name=trip.name,
                    )
                )
