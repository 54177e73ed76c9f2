from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REFUSED = ("declined", "deferred")
# What the answer of the payer writes, and nobody by hand.
REFUSAL_FIELDS = {
    "asked_order_id",
    "declined_at",
    "declined_by",
    "declined_how",
    "deferred_until",
    "is_answer_pending",
}


class AftersalesTicketLine(models.Model):
    """Work a payer does not want: for good, or not now (R-BEY-06, 07; R-SIGN-04)."""

    _inherit = "aftersales.ticket.line"

    is_safety = fields.Boolean(
        "Safety",
        compute="_compute_is_safety",
        store=True,
        readonly=False,
        precompute=True,
        help="Concerns brakes, steering, tyres and the like: who refuses it is warned, "
        "and signs for it.",
    )
    decline_reason_id = fields.Many2one(
        "aftersales.decline.reason",
        string="Reason",
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Why the payer does not want the work, or not now.",
    )
    decline_note = fields.Char("In his words", copy=False)
    declined_at = fields.Datetime(readonly=True, copy=False)
    declined_by = fields.Char(readonly=True, copy=False)
    declined_how = fields.Char(readonly=True, copy=False)
    deferred_until = fields.Date(
        "Price held until",
        readonly=True,
        copy=False,
        help="Work put off returns on the next visit at this price until this day.",
    )
    asked_order_id = fields.Many2one(
        "sale.order",
        string="Asked on",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        help="The order on which the payer refused this line.",
    )

    is_answer_pending = fields.Boolean(
        "Not signed yet",
        readonly=True,
        copy=False,
        help="The payer has chosen this and can still change his mind: he has not "
        "signed.",
    )

    _deferred_date = models.Constraint(
        "CHECK(approval != 'deferred' OR deferred_until IS NOT NULL)",
        "Work that is put off needs a day until which its price holds.",
    )

    @api.depends("product_id")
    def _compute_is_safety(self):
        for line in self:
            line.is_safety = line.product_id.aftersales_is_safety

    def _check_answer(self, vals):
        if REFUSAL_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._(
                    "Who refused a line, and when, follows from the payer's answer. "
                    "Record it with his consent."
                )
            )
        return super()._check_answer(vals)

    # -- Answers ----------------------------------------------------------------------

    def _decline(self, reason=None, by=None, how=None, at=None):
        """Mark these lines as not wanted.

        :param reason: aftersales.decline.reason; without one the list's own
            "not said" is noted, so that a refusal always has a code (R-BEY-07)
        :param by: name of who refused
        :param how: in words
        """
        # First of all: the order the line leaves has to know that it was asked there.
        self._note_refusal(
            {"approval": "declined", "deferred_until": False}, reason, by, how, at
        )
        return super()._decline(reason=reason, by=by, how=how, at=at)

    def _defer(self, until=None, reason=None, by=None, how=None, at=None):
        """Put these lines off: they return on the next visit at their price.

        :param until: last day of the price; default: the company's days from today
        """
        today = fields.Date.context_today(self)
        for company, lines in self.grouped("company_id").items():
            day = until or today + timedelta(days=company.aftersales_deferred_days)
            lines._note_refusal(
                {"approval": "deferred", "deferred_until": day}, reason, by, how, at
            )
        # sudo: the payer's own answer in the portal comes here, too
        self.sudo().operation_ids._cancel()

    def _note_refusal(self, vals, reason, by, how, at):
        """Write what is known of a refusal; the order it was asked on is kept."""
        reason = reason or self.env["aftersales.decline.reason"]._get_unsaid()
        vals = {
            **vals,
            "decline_reason_id": reason.id,
            "declined_at": at or fields.Datetime.now(),
            "declined_by": by,
            "declined_how": how,
        }
        # sudo: the payer's own answer in the portal comes here, too
        for order, lines in (
            self.sudo()
            .grouped(lambda line: line.sale_line_id.order_id or line.asked_order_id)
            .items()
        ):
            lines.write({**vals, "asked_order_id": order.id})

    def _propose_again(self):
        """Take a refusal back, as long as the payer has not signed it.

        :raises UserError: for work that is on another ticket by now
        """
        for line in self:
            if line.approval not in REFUSED:
                continue
            if line.returned_line_ids:
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s is on ticket %(other)s by "
                        "now; answer it there.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                        other=line.returned_line_ids[0].ticket_id.name,
                    )
                )
        # sudo: the payer's own answer in the portal comes here, too
        self.sudo().filtered(lambda line: line.approval in REFUSED).write(
            {
                "approval": "proposed",
                "decline_reason_id": False,
                "decline_note": False,
                "declined_at": False,
                "declined_by": False,
                "declined_how": False,
                "deferred_until": False,
                "asked_order_id": False,
                "is_answer_pending": False,
            }
        )

    def _answer(self, choice, reason=None, until=None, by=None, how=None, at=None):
        """Note what a payer says to these lines before he signs, or by phone.

        :param choice: ``approve`` (leave or put it on the order again), ``decline`` or
            ``defer``
        """
        if choice != "approve":
            # sudo: the payer's own answer in the portal comes here, too
            self.sudo().is_answer_pending = True
        if choice == "decline":
            self._decline(reason=reason, by=by, how=how, at=at)
        elif choice == "defer":
            self._defer(until=until, reason=reason, by=by, how=how, at=at)
        else:
            self._propose_again()

    def _can_be_answered(self):
        """Whether the payer may still answer this line: it is asked, and unsigned."""
        self.ensure_one()
        if self.approval == "proposed":
            # sudo: the question only; technicians see no orders
            return self.sudo()._is_order_open()
        order = self.sudo().asked_order_id
        return self.is_answer_pending and bool(order) and order._aftersales_is_open()

    def _waits_for_answer(self):
        """Whether the payer's answer to this line is still to come, or to be signed."""
        self.ensure_one()
        return self.approval == "proposed" or self.is_answer_pending

    def _settle_answer(self, by=None, how=None):
        """Let the refusal of these lines stand; additional work follows.

        :param by: who gave the answer that covers them
        """
        vals = {"is_answer_pending": False}
        if by:
            vals.update(declined_by=by, declined_how=how)
        # sudo: the payer's own answer in the portal comes here, too
        lines = self.sudo()
        lines.write(vals)
        lines.addition_id._follow_lines()
