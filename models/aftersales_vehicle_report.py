from odoo import models
from odoo.tools import get_lang


class AftersalesVehicle(models.Model):
    """What the vehicle file sheet and the service card are printed from."""

    _inherit = "aftersales.vehicle"

    def _get_report_lang(self):
        """Return the code of the language the owner of this vehicle reads."""
        self.ensure_one()
        company = self.company_id.sudo()
        return get_lang(
            self.env, self.partner_id.lang or company.partner_id.lang or False
        ).code

    def _get_report_history(self):
        """Return the tickets of the vehicle that were not cancelled, latest first."""
        self.ensure_one()
        return self.ticket_ids.filtered(lambda t: t.state != "cancelled").sorted(
            "reported_at", reverse=True
        )

    def _get_report_contact(self):
        """Return who the customer asks for: the vehicle's responsible or the
        customer's designated person, none when there is neither."""
        self.ensure_one()
        return self.user_id or self.partner_id.aftersales_designated_user_id
