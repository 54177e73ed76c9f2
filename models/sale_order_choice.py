from odoo import fields, models
from odoo.exceptions import LockError, UserError

from .aftersales_ticket_billing import ADDITIONAL_STATES
from .aftersales_ticket_line_refusal import REFUSED

CHOICES = ("approve", "decline", "defer")


class SaleOrder(models.Model):
    """The payer answers line by line; the total follows (R-BEY-06)."""

    _inherit = "sale.order"

    aftersales_asked_line_ids = fields.One2many(
        "aftersales.ticket.line",
        "asked_order_id",
        string="Lines Refused",
        help="What was on this order and the payer did not want.",
    )

    def _aftersales_get_refused(self):
        """Return the ticket lines this order asked about and its payer refused."""
        return self.aftersales_asked_line_ids.filtered(
            lambda line: line.approval in REFUSED
        )

    def _aftersales_get_asked(self):
        """Return all ticket lines this order asks about, refused ones included."""
        lines = self.order_line._aftersales_billable().aftersales_line_ids
        return (lines | self._aftersales_get_refused()).sorted(
            lambda line: (line.sequence, line.id)
        )

    def _aftersales_can_choose(self):
        """Whether the payer may still answer line by line."""
        self.ensure_one()
        ticket = self.aftersales_ticket_id
        return bool(
            ticket
            and self in self._aftersales_needs_answer()
            and self._has_to_be_signed()
            and ticket.state in ("quoted", *ADDITIONAL_STATES)
        )

    def _aftersales_choose(self, line_id, choice, reason_id=None, note=None):
        """Note what the payer says to one line, before he signs.

        Called in sudo by the customer's page, which has checked his access to this
        order; no line of another order or payer is within reach.

        :param line_id: id of a line this order asks about
        :param choice: ``approve``, ``decline`` or ``defer``
        :param reason_id: id of a reason customers may choose
        :raises UserError: when the order is signed, expired or somebody else is
            answering it, or for a line of another order
        """
        self.ensure_one()
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Order %(order)s is being answered by somebody else at this "
                    "moment. Look at it again before you go on.",
                    order=self.name,
                )
            ) from error
        line = self._aftersales_get_asked().filtered(lambda line: line.id == line_id)
        if not self._aftersales_can_choose() or not line or choice not in CHOICES:
            raise UserError(
                self.env._(
                    "Order %(order)s is answered already, or was changed since. Load "
                    "the page again.",
                    order=self.name,
                )
            )
        reasons = self.env["aftersales.decline.reason"]._get_for_portal(self.company_id)
        by, how = self.partner_id.name, self.env._("On the customer's page")
        line._answer(
            choice,
            reason=reasons.filtered(lambda reason: reason.id == reason_id),
            by=by,
            how=how,
        )
        if choice != "approve" and note:
            line.decline_note = note

    # -- When nothing is left ---------------------------------------------------------

    def _aftersales_keeps_empty(self):
        # An order whose lines were all refused waits for that answer to be signed.
        return any(self._aftersales_get_refused().mapped("is_answer_pending"))

    def _aftersales_is_all_refused(self):
        """Whether the payer wants nothing of what this order asked."""
        self.ensure_one()
        return bool(
            self.aftersales_ticket_id
            and self.state in ("draft", "sent")
            and not self.order_line._aftersales_billable()
            and self._aftersales_get_refused()
        )

    def action_confirm(self):
        """Confirm; of an order without any line left the refusal is what stands."""
        refused = self.filtered(lambda order: order._aftersales_is_all_refused())
        if not refused:
            return super().action_confirm()
        refused.filtered(lambda order: order.state == "draft").action_quotation_sent()
        refused._action_cancel()
        rest = self - refused
        return super(SaleOrder, rest).action_confirm() if rest else True

    def _aftersales_stamp_refusals(self):
        """Note who gave the answer by which these orders' lines were refused."""
        for order in self:
            by, how = order._aftersales_answer()
            order._aftersales_get_refused()._settle_answer(by, how)

    def _aftersales_note_reason(self, reason_id, note):
        """Note why a whole order was refused, on lines that carry no reason yet.

        :param reason_id: what the customer chose, as the form sends it
        """
        self.ensure_one()
        reasons = self.env["aftersales.decline.reason"]
        chosen = reasons._get_for_portal(self.company_id).filtered(
            lambda reason: str(reason.id) == str(reason_id)
        )
        lines = self._aftersales_get_refused().filtered(
            lambda line: (
                line.decline_reason_id == reasons._get_unsaid()
                and not line.decline_note
            )
        )
        vals = {"decline_note": note}
        if chosen:
            vals["decline_reason_id"] = chosen.id
        lines.write(vals)
