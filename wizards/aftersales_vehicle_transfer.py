from odoo import fields, models

from ..tools.choices import choices_of


class AftersalesVehicleTransfer(models.TransientModel):
    """Give a vehicle to another owner, with the day and the reading of the change.

    Raises UserError when the owner is the same or the day lies before the present
    owner's first, ValidationError when the reading is implausible (R-BEY-02).
    """

    _name = "aftersales.vehicle.transfer"
    _description = "Transfer of Ownership"
    _check_company_auto = True

    vehicle_id = fields.Many2one(
        "aftersales.vehicle", required=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="vehicle_id.company_id")
    former_owner_id = fields.Many2one(
        related="vehicle_id.partner_id", string="Former Owner"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="New Owner",
        required=True,
        ondelete="cascade",
        check_company=True,
    )
    driver_id = fields.Many2one(
        "res.partner", string="New End User", ondelete="cascade", check_company=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    odometer = fields.Float(digits=(16, 1), help="0: not read at the change.")
    odometer_unit = fields.Selection(related="vehicle_id.odometer_unit")
    odometer_reason = fields.Selection(
        selection=choices_of("aftersales.vehicle.reading", "reason"),
        string="Reason for Odd Reading",
        help="Only for a reading that cannot follow from the earlier ones.",
    )

    def action_transfer(self):
        """Transfer the vehicle; see the class for what is refused."""
        self.ensure_one()
        self.vehicle_id._transfer_ownership(
            self.partner_id,
            date=self.date,
            driver=self.driver_id,
            odometer=self.odometer,
            reason=self.odometer_reason,
        )
        return {"type": "ir.actions.act_window_close"}
