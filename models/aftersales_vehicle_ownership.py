from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVehicle(models.Model):
    _inherit = "aftersales.vehicle"

    owner_ids = fields.One2many(
        "aftersales.vehicle.owner", "vehicle_id", string="Owners"
    )
    owner_count = fields.Integer(compute="_compute_owner_count")

    @api.depends("owner_ids")
    def _compute_owner_count(self):
        counts = dict(
            self.env["aftersales.vehicle.owner"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.owner_count = counts.get(vehicle._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        vehicles = super().create(vals_list)
        today = fields.Date.context_today(self)
        vehicles._open_ownership(
            lambda vehicle: vehicle.delivery_date or vehicle.sale_date or today
        )
        return vehicles

    def write(self, vals):
        changed = self.browse()
        if vals.get("partner_id"):
            changed = self.filtered(lambda v: v.partner_id.id != vals["partner_id"])
        if not changed:
            return super().write(vals)
        date = self.env.context.get(
            "aftersales_transfer_date"
        ) or fields.Date.context_today(self)
        changed._close_ownership(date)
        result = super().write(vals)
        changed._open_ownership(lambda vehicle: date)
        return result

    def _open_ownership(self, get_date):
        """Open the owner's entry in the history of each vehicle.

        :param get_date: function of the vehicle that returns the first day
        """
        # The history is kept by the file itself: nobody writes it by hand, and who may
        # change the owner (checked by the write of the vehicle) makes an entry.
        self.env["aftersales.vehicle.owner"].sudo().create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "partner_id": vehicle.partner_id.id,
                    "date_from": get_date(vehicle),
                    "odometer": vehicle.odometer,
                }
                for vehicle in self
            ]
        )

    def _close_ownership(self, date):
        """Close the open entry of each vehicle on a day.

        :raise UserError: the day lies before the present owner's first
        """
        # See _open_ownership; access to the vehicles is checked first.
        self.check_access("write")
        entries = self.env["aftersales.vehicle.owner"].sudo()
        entries = entries.search(
            [("vehicle_id", "in", self.ids), ("date_to", "=", False)]
        )
        for entry in entries:
            if entry.date_from > date:
                raise UserError(
                    self.env._(
                        "%(vehicle)s belongs to %(owner)s since %(since)s; it cannot "
                        "change hands on %(date)s. Choose a later day.",
                        vehicle=entry.vehicle_id.display_name,
                        owner=entry.partner_id.display_name,
                        since=entry.date_from,
                        date=date,
                    )
                )
        entries.date_to = date
        # The unique index sees rows, not what is still to be written.
        entries.flush_recordset(["date_to"])

    def _transfer_ownership(
        self, partner, date=None, driver=None, odometer=None, reason=None
    ):
        """Give the vehicle to another owner; the history keeps the former one.

        The former owner's end user goes with him. The warranty stays what it is: it
        belongs to the vehicle.

        :param partner: the new owner (res.partner)
        :param date: day of the change; today by default
        :param driver: the new end user (res.partner), when known
        :param odometer: reading at the change, in the vehicle's unit
        :param reason: key of a reading's reason, when the reading needs one
        :raise UserError: the same owner, or a day before he became owner
        """
        date = date or fields.Date.context_today(self)
        for vehicle in self:
            if vehicle.partner_id == partner:
                raise UserError(
                    self.env._(
                        "%(vehicle)s already belongs to %(owner)s. "
                        "Choose the new owner.",
                        vehicle=vehicle.display_name,
                        owner=partner.display_name,
                    )
                )
            if odometer:
                vehicle._add_reading(odometer, date, "transfer", reason=reason)
        self.with_context(aftersales_transfer_date=date).write(
            {
                "partner_id": partner.id,
                "driver_id": driver.id if driver else False,
                "state": "active",
            }
        )

    def _get_transfer_date(self, date):
        """Return the day a change that is a fact can be booked on: ``date``, or the
        first day of the present owner when that lies later."""
        self.ensure_one()
        return max(self.owner_ids[:1].date_from or date, date)

    def action_transfer(self):
        """Open the wizard that gives the vehicle to another owner."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer Ownership"),
            "res_model": "aftersales.vehicle.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_vehicle_id": self.id},
        }
