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
        """Return the tickets of the vehicle that were not cancelled, latest first.

        Whoever works in after-sales learns what was done to the vehicle he reads, also
        by others (R-VEH-06). A portal customer sees what he may see anyway.
        """
        self.ensure_one()
        self.check_access("read")
        tickets = self.env["aftersales.ticket"]
        if self.env.user.has_group("aftersales.group_aftersales_user"):
            # sudo: a technician may not open others' tickets; the history is told in
            # words, without money
            tickets = tickets.sudo()
        return tickets.search(
            [("vehicle_id", "=", self.id), ("state", "!=", "cancelled")],
            order="reported_at desc, id desc",
        )

    def _get_report_contact(self):
        """Return who the customer asks for: the vehicle's responsible or the
        customer's designated person, none when there is neither."""
        self.ensure_one()
        return self.user_id or self.partner_id.aftersales_designated_user_id
