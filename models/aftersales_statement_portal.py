import hashlib
import math

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from .aftersales_statement_line import CONFIRMED
from .aftersales_statement_steps import ACTIVITY

# All that a customer may read of a statement, on whatever way he asks.
PORTAL_FIELDS = frozenset(
    (
        "id",
        "name",
        "display_name",
        "company_id",
        "currency_id",
        "kind",
        "partner_id",
        "month",
        "date_cutoff",
        "state",
        "line_count",
        "amount_total",
        "amount_overdue",
        "amount_difference",
        "sent_at",
        "signed_at",
        "agreed_at",
        "answer_name",
        "access_url",
        "access_warning",
        "create_date",
        "write_date",
        "website_message_ids",
        "message_partner_ids",
    )
)
# What he may see at all: what was laid before him.
PORTAL_STATES = ("sent", "agreed")


class AftersalesStatement(models.Model):
    """The statement as its customer or dealer sees it: he says where it differs, and
    signs (R-PAY-03)."""

    _name = "aftersales.statement"
    _inherit = ["aftersales.statement", "portal.mixin"]

    # In the row itself: the database keeps it once the statement is agreed.
    signature = fields.Image(
        copy=False, readonly=True, attachment=False, max_width=1024, max_height=1024
    )
    signed_at = fields.Datetime("Signed on the portal on", copy=False, readonly=True)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/statements/{statement.id}"
        return result

    def _get_report_base_filename(self):
        """Name the PDF that Odoo's portal gives out."""
        self.ensure_one()
        return f"{self._description} {self.name}"

    def _has_field_access(self, field, operation):
        # Asked for every field of every record read: what costs nothing comes first.
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or (operation == "read" and field.name in PORTAL_FIELDS):
            return True
        return not self.env.user.share

    # -- Finance ----------------------------------------------------------------------

    def action_send(self):
        result = super().action_send()
        # sudo: the token; role and state were checked by the step
        for statement in self.sudo().filtered("partner_id.email"):
            statement._portal_ensure_token()
            asked = statement.with_context(lang=statement.partner_id.lang)
            asked.message_post(
                body=asked.env._(
                    "Please look at statement %(name)s: what is open as of the end of "
                    "%(date)s. Tell us what differs and why, and sign.",
                    name=statement.name,
                    date=fields.Date.to_string(statement.date_cutoff),
                ),
                partner_ids=statement.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
        return result

    def action_back_to_draft(self):
        result = super().action_back_to_draft()
        # sudo: what was signed is not what will be sent; the step has checked the rest
        self.sudo().write(
            {"signature": False, "signed_at": False, "answer_name": False}
        )
        return result

    @api.readonly
    def action_preview(self):
        """Open the page of the customer or dealer, as he sees it."""
        self.ensure_one()
        self._check_role("finance")
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": self.get_portal_url(),
        }

    # -- The other side ---------------------------------------------------------------

    def _check_asked(self):
        """Lock the statement; raise UserError unless its customer is asked now."""
        self.ensure_one()
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "%(statement)s is being changed at this moment. Look at it again.",
                    statement=self.name,
                )
            ) from error
        if self.kind == "guarantor":
            raise UserError(
                self.env._(
                    "%(statement)s is confirmed by its guarantor himself.",
                    statement=self.name,
                )
            )
        self._check_state("sent")

    def _get_reasons(self):
        """Return the reasons a difference of this statement may have (in sudo)."""
        self.ensure_one()
        return self.env["aftersales.statement.reason"].search(
            [("company_id", "in", (False, self.company_id.id))]
        )

    def _get_waiting(self):
        """Return the items that the customer or dealer has not confirmed yet."""
        return self.line_ids.filtered(
            lambda line: not (line.holder_name or line.confirmed_by_holder_id)
        )

    def _get_seen(self):
        """Return a short mark of what the page shows, to sign that and nothing else."""
        self.ensure_one()
        shown = [
            (
                line.id,
                line.amount,
                line.amount_difference,
                line.reason_id.id,
                line.note or "",
            )
            for line in self.line_ids.sorted("id")
        ]
        return hashlib.sha256(repr((self.sent_at, shown)).encode()).hexdigest()[:16]

    def _say_difference(self, line_id, said, reason_id, note):
        """Note what the customer says of one item; both sides are asked anew for it.

        :param line_id: id of the item, as sent by the page
        :param said: what he says is open, in the company's currency
        :param reason_id: id of the reason; not needed when he agrees after all
        :param note: his words
        :raises UserError: when it is not his item, no number, or without a reason
        """
        self._check_asked()
        try:
            said, line_id = float(said), int(line_id)
            reason_id = int(reason_id or 0)
        except (TypeError, ValueError):
            said = math.nan
        if not math.isfinite(said):
            raise UserError(self.env._("Enter the amount that is open as a number."))
        line = self.line_ids.filtered(lambda line: line.id == line_id)
        if not line:
            raise UserError(
                self.env._(
                    "The item is no longer on statement %(statement)s. Look at it "
                    "again.",
                    statement=self.name,
                )
            )
        difference = self.currency_id.round(said - line.amount)
        reason = self._get_reasons().filtered(lambda reason: reason.id == reason_id)
        if difference and not reason:
            raise UserError(
                self.env._("%(entry)s: choose why it differs.", entry=line.name)
            )
        line.write(
            {
                "amount_difference": difference,
                "reason_id": reason.id if difference else False,
                "note": (note or "").strip()[:500] if difference else False,
                **dict.fromkeys(CONFIRMED, False),
            }
        )

    def _sign(self, name, signature, seen):
        """Confirm all that is left for the customer or dealer, with his signature.

        Where he said that an item differs, that is what he confirms.

        :param name: who signs
        :param signature: base64 image
        :param seen: the mark of what the page showed (see `_get_seen`)
        :raises UserError: when something changed since, or he is not asked
        """
        self._check_asked()
        if seen != self._get_seen():
            raise UserError(
                self.env._(
                    "Statement %(statement)s has changed while you read it. Look at "
                    "it again, then sign.",
                    statement=self.name,
                )
            )
        waiting = self._get_waiting()
        if self.signed_at and not waiting:
            raise UserError(
                self.env._("%(statement)s is signed already.", statement=self.name)
            )
        now = fields.Datetime.now()
        waiting.write({"holder_name": name, "holder_at": now})
        self.write({"answer_name": name, "signature": signature, "signed_at": now})
        differing = len(self.line_ids.filtered("amount_difference"))
        self._message_log(
            body=self.env._(
                "Signed on the portal by %(name)s; items that differ: %(count)s.",
                name=name,
                count=differing,
            )
        )
        finance = self.finance_user_id or self.sent_by_id
        self.activity_schedule(
            ACTIVITY,
            user_id=finance.id,
            summary=self.env._("Signed by the customer: look at it and agree"),
        )
