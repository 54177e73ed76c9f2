from odoo import api, fields, models

from .aftersales_appointment import CHECKLIST


class AftersalesAppointment(models.Model):
    """What is made ready before the customer comes (R-APPT-08..12)."""

    _inherit = "aftersales.appointment"

    workshop_told_at = fields.Datetime(readonly=True, copy=False)
    workshop_told_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    ready_order = fields.Boolean("Task order written", copy=False)
    ready_parts = fields.Boolean("Parts on the shelf", copy=False)
    ready_expert = fields.Boolean("Expert free", copy=False)
    ready_technician = fields.Boolean("Technician named", copy=False)
    ready_bay = fields.Boolean("Bay kept free", copy=False)
    ready_tools = fields.Boolean("Equipment and tools", copy=False)
    ready_documents = fields.Boolean("Documents", copy=False)
    ready_percent = fields.Float("Ready", compute="_compute_ready_percent")
    day_confirmed_at = fields.Datetime("Confirmed, day", readonly=True, copy=False)
    hour_confirmed_at = fields.Datetime("Confirmed, hour", readonly=True, copy=False)

    @api.depends(*CHECKLIST)
    def _compute_ready_percent(self):
        for appointment in self:
            done = sum(appointment[fname] for fname in CHECKLIST)
            appointment.ready_percent = 100 * done / len(CHECKLIST)
