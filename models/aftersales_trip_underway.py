from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesTrip(models.Model):
    """Leaving and coming back, with what the odometer says (R-TRIP-03, R-TRIP-04)."""

    _inherit = "aftersales.trip"

    def action_leave(self):
        """Leave: the time goes into the out register (R-TRIP-03, R-TRIP-04).

        :raises UserError: when the trip is not approved, or the odometer is lower than
            the car's last reading
        """
        self._check_traveller()
        self._lock()
        self._check_state("approved")
        for trip in self:
            # sudo: the last reading of the trip's car, nothing else of it
            last = trip.sudo().vehicle_id.odometer
            if trip.means == "car" and trip.odometer_out < last:
                raise UserError(
                    self.env._(
                        "Trip %(name)s: the odometer stands at %(last)s already. Read "
                        "it again.",
                        name=trip.name,
                        last=last,
                    )
                )
            if trip.means == "car" and trip.odometer_out > last:
                trip._log_odometer(trip.odometer_out)
        # sudo: stamps are not editable; who and state are checked above
        self.sudo().write({"state": "underway", "left_at": fields.Datetime.now()})
        return True

    def action_return(self):
        """Come back: the time, and what the odometer says (R-TRIP-03).

        :raises UserError: when the odometer was not read, or runs backwards
        """
        self._check_traveller()
        self._lock()
        self._check_state("underway")
        for trip in self:
            if trip.means not in ("car", "own"):
                continue
            if not trip.odometer_in or trip.odometer_in < trip.odometer_out:
                raise UserError(
                    self.env._(
                        "Trip %(name)s: enter the odometer; it was %(out)s when you "
                        "left.",
                        name=trip.name,
                        out=trip.odometer_out,
                    )
                )
            if trip.means == "car":
                trip._log_odometer(trip.odometer_in)
        # sudo: stamps are not editable; who and state are checked above
        self.sudo().write({"state": "back", "returned_at": fields.Datetime.now()})
        return True

    def action_check_in(self, latitude, longitude):
        """Check in where the phone says that one is (R-TRIP-05).

        :param latitude: degrees north, -90 to 90
        :param longitude: degrees east, -180 to 180
        :raises UserError: for what is no place on earth, or unless the user is under
            way on this trip
        """
        self.ensure_one()
        self.check_access("read")
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise UserError(
                self.env._(
                    "Trip %(name)s: %(latitude)s, %(longitude)s is no position.",
                    name=self.name,
                    latitude=latitude,
                    longitude=longitude,
                )
            )
        self.env["aftersales.trip.check.in"].create(
            {
                "trip_id": self.id,
                "place": f"{latitude:.5f}, {longitude:.5f}",
                "latitude": latitude,
                "longitude": longitude,
                "ticket_id": len(self.ticket_ids) == 1 and self.ticket_ids.id,
            }
        )
        return True
