from odoo import models


class AftersalesDemo(models.AbstractModel):
    """Visits of the story end with the record that the customer signs."""

    _inherit = "aftersales.demo"

    def _step_finish(self, ticket, lines, options):
        result = super()._step_finish(ticket, lines, options)
        if ticket.service_mode == "onsite":
            technical = ticket.with_user(ticket.technician_id)
            record = technical.env["aftersales.site.record"].browse(
                technical.action_site_record()["res_id"]
            )
            record.write(
                {
                    "place": self.env._("Customer's yard"),
                    "no_parts": not record.parts_replaced,
                    "fully_checked": True,
                    "check_result": self.env._("Driven round the yard, all in order"),
                    "signature": self._get_signature(),
                }
            )
            record.action_sign()
        return result
