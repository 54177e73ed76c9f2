from odoo import fields, models


class AftersalesTicket(models.Model):
    """What the old parts of a ticket mean for its money and its end (R-WAR-05)."""

    _inherit = "aftersales.ticket"

    old_part_charge_count = fields.Integer(
        compute="_compute_old_part_charge_count",
        compute_sudo=True,
        help="Old parts the customer is charged for, or whose charge is held.",
    )
    old_part_held_count = fields.Integer(
        compute="_compute_old_part_charge_count",
        compute_sudo=True,
        help="Old parts whose charge is a draft so far.",
    )

    def _compute_old_part_charge_count(self):
        counts = {
            (ticket.id, state): count
            for ticket, state, count in self.env["aftersales.part.return"]._read_group(
                [
                    ("ticket_id", "in", self.ids),
                    ("charge_state", "in", ("held", "charged")),
                ],
                ["ticket_id", "charge_state"],
                ["__count"],
            )
        }
        for ticket in self:
            held = counts.get((ticket._origin.id, "held"), 0)
            ticket.old_part_held_count = held
            ticket.old_part_charge_count = held + counts.get(
                (ticket._origin.id, "charged"), 0
            )

    def action_invoice(self):
        """Invoice these tickets, and with them what is held for missing old parts.

        :raises UserError: as for any invoice, or in a locked period
        """
        self._check_role("finance")
        # sudo: as for the invoices of the ticket, whose role and records are checked
        tickets = self.sudo()
        held = tickets.part_return_ids.filtered(
            lambda item: item.charge_state == "held" and item.state == "due"
        )
        if not held:
            return super().action_invoice()
        self._lock_step()
        charges = held._post_charge()
        if "to invoice" in tickets.order_ids.mapped("invoice_status"):
            return super().action_invoice()
        return self._action_view_moves(charges)

    def action_view_old_part_charges(self):
        """Open what was charged and credited for old parts of these tickets."""
        self._check_role("finance")
        # sudo: Finance reads old parts of all tickets; only the links are followed
        items = self.sudo().part_return_ids
        return self._action_view_moves(items.charge_move_id | items.credit_move_id)
