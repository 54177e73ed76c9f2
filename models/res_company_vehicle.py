from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_warranty_months = fields.Integer(string="Warranty (Months)", default=36)
    aftersales_warranty_distance = fields.Float(
        string="Warranty (km)", digits=(16, 0), default=60000
    )
    aftersales_service_interval_months = fields.Integer(
        string="Service Every (Months)", default=6
    )
    aftersales_service_interval_distance = fields.Float(
        string="Service Every (km)", digits=(16, 0), default=10000
    )
    aftersales_service_lead_days = fields.Integer(
        string="Service Reminder Lead (Days)",
        default=14,
        help="How long before a due date the responsible person gets the reminder.",
    )
    aftersales_max_daily_distance = fields.Float(
        string="Most a Vehicle Runs in a Day (km)",
        digits=(16, 0),
        default=1500,
        help="A reading farther from the last one than this allows needs a reason. "
        "0: not checked. 1,500 km is two drivers day and night.",
    )
    aftersales_max_daily_hours = fields.Float(
        string="Most a Machine Runs in a Day (Hours)", default=24
    )
    aftersales_vehicle_custodian_id = fields.Many2one(
        "res.users",
        string="Custodian of Vehicle Files",
        domain="[('share', '=', False)]",
        help="Gets the reminders of vehicles and customers without a person of their "
        "own.",
    )
    aftersales_customer_master_locked = fields.Boolean(
        string="Sales Keep the Customer Master",
        help="After-sales roles without a sales role then cannot change name, tax "
        "number and address of customers who own vehicles. End users stay theirs.",
    )

    _aftersales_vehicle_figures = models.Constraint(
        "CHECK (aftersales_warranty_months >= 0 AND aftersales_warranty_distance >= 0 "
        "AND aftersales_service_interval_months >= 0 "
        "AND aftersales_service_interval_distance >= 0 "
        "AND aftersales_service_lead_days >= 0 "
        "AND aftersales_max_daily_distance >= 0 "
        "AND aftersales_max_daily_hours >= 0)",
        "The figures of the vehicle file are 0 or more.",
    )
