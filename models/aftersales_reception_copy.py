from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesReception(models.Model):
    """The customer takes a copy of the signed order along (R-RECV-03)."""

    _inherit = "aftersales.reception"

    copy_given_at = fields.Datetime("Copy given", readonly=True, copy=False)
    copy_given_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    def action_give_copy(self):
        """Print the signed workshop order for the customer, and note that he has it.

        :raises UserError: before the reception is closed and signed
        :return: action that prints the order (F12)
        """
        self.ensure_one()
        self.ticket_id._check_role("advisor")
        self.check_access("write")
        if self.state == "draft":
            raise UserError(
                self.env._(
                    "Reception of %(ticket)s: close it first; the customer gets a copy "
                    "of what both have signed.",
                    ticket=self.ticket_id.name,
                )
            )
        # sudo: stamps are not editable; role, access and state are checked above
        self.sudo().write(
            {"copy_given_at": fields.Datetime.now(), "copy_given_by_id": self.env.uid}
        )
        return self.env.ref(
            "aftersales.action_report_ticket_workshop_order"
        ).report_action(self.ticket_id)

    def action_reopen(self):
        result = super().action_reopen()
        # sudo: what he has is void with its signatures; state and role are checked
        self.sudo().write({"copy_given_at": False, "copy_given_by_id": False})
        return result
