from odoo import models


class AftersalesTicket(models.Model):
    _inherit = "aftersales.ticket"

    def action_pick_parts(self):
        """Open the parts that fit the ticket's vehicle, to choose from (R-VEH-14).

        :raises UserError: when the ticket takes no lines any more, or no parts list
            fits the vehicle
        """
        self.ensure_one()
        self._check_role("technician", "advisor")
        self._check_lines_open()
        picker = self.env["aftersales.part.picker"].create({"ticket_id": self.id})
        picker._fill_lines()
        return picker._reopen()
