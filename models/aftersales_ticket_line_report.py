from odoo import models

from .aftersales_ticket_report import BILLED_PAYERS


class AftersalesTicketLine(models.Model):
    """What the printed forms ask a line for."""

    _inherit = "aftersales.ticket.line"

    def _get_report_coverage(self):
        """Return what stands in place of the amount of a line nobody is billed for.

        A covered line never shows a price of zero; an empty string means that the
        amount is printed.
        """
        self.ensure_one()
        if self.approval == "declined":
            return self.env._("Declined")
        if self.approval == "deferred":
            return self.env._("Next visit")
        if self._is_brought():
            return self.env._("Brought by the customer")
        if self.payer in BILLED_PAYERS:
            return ""
        if self.payer == "warranty" and self.warranty_result == "not_covered":
            # Who pays instead is still to be settled (R-WAR-02).
            return self.env._("Outside warranty")
        return {
            "warranty": self.env._("Covered by warranty"),
            "goodwill": self.env._("Covered by goodwill"),
            "internal": self.env._("At our own cost"),
        }[self.payer]

    def _get_report_old_part(self):
        """Return in words what became of the old part of this line."""
        self.ensure_one()
        words = {
            "due": self.env._("due"),
            "received": self.env._("received"),
            "waived": self.env._("return waived"),
            "rejected": self.env._("wrong part"),
            "charged": self.env._("charged until it is in"),
        }
        due = self.part_return_ids.filtered(lambda item: item.state == "due")
        states = self.part_return_ids.mapped("state") + due.mapped("charge_state")
        if not states and self.old_part_rule in ("small", "no_value"):
            return self.env._("not needed")
        return ", ".join(word for state, word in words.items() if state in states)

    def _get_report_settled(self):
        """Return how much of this line was used or done, and what that comes to.

        :return: dict ``quantity`` (in the line's unit), ``amount`` (without tax)
        """
        self.ensure_one()
        quantity = self.quantity
        if self._is_own_part():
            quantity = self.qty_used
        elif self.line_type == "operation" and not self.is_done:
            quantity = 0.0
        share = quantity / self.quantity if self.quantity else 0.0
        return {
            "quantity": quantity,
            "amount": self.currency_id.round(self.price_subtotal * share),
        }
