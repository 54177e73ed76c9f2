from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from .aftersales_estimate_revision import OPEN_STATES
from .aftersales_ticket_billing import ADDITIONAL_STATES


class AftersalesEstimateRevision(models.Model):
    """Asking for a revision, the answer, and what follows from it."""

    _inherit = "aftersales.estimate.revision"

    def _check_open(self, *states):
        """Lock these revisions; of two people with an answer one wins.

        :raises UserError: when another is at it, or it is answered already
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Revision %(name)s is being answered by somebody else at this "
                    "moment. Look at it again before you go on.",
                    name=", ".join(self.mapped("name")),
                )
            ) from error
        labels = dict(self._fields["state"]._description_selection(self.env))
        for revision in self:
            if revision.state not in states:
                raise UserError(
                    self.env._(
                        "Revision %(name)s: %(state)s; there is nothing to answer.",
                        name=revision.name,
                        state=labels[revision.state],
                    )
                )

    def action_send(self):
        """Lay the revision before its payer (R-SIGN-02).

        He finds it on his page, and is written to when he has a mail address. From now
        on its content stays as it is.

        :raises UserError: when nothing changes, or the change comes too late
        """
        self.ticket_id._check_role("advisor")
        self._check_open("draft")
        self.ticket_id._check_state(*ADDITIONAL_STATES)
        for revision in self:
            if not revision.promised_new and not any(
                row._get_changes() for row in revision.line_ids
            ):
                raise UserError(
                    self.env._(
                        "Revision %(name)s: nothing changes. Enter what shall be "
                        "different.",
                        name=revision.name,
                    )
                )
            if not revision.is_internal and not revision.partner_id:
                raise UserError(
                    self.env._(
                        "Revision %(name)s: enter who pays on ticket %(ticket)s.",
                        name=revision.name,
                        ticket=revision.ticket_id.name,
                    )
                )
        # sudo: rows and stamps are not editable; role and state are checked above
        revisions = self.sudo()
        revisions.line_ids._check_possible()
        revisions.write({"state": "sent", "sent_at": fields.Datetime.now()})
        for revision in revisions.filtered("partner_id.email"):
            revision._portal_ensure_token()
            revision.message_post(
                body=self.env._(
                    "Please look at revision %(name)s of our estimate and tell us "
                    "whether you agree: %(reason)s",
                    name=revision.name,
                    reason=revision.reason,
                ),
                partner_ids=revision.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
        return True

    def action_withdraw(self):
        """Take a revision back that is not answered yet; the old content stands."""
        self.ticket_id._check_role("advisor")
        self._check_open(*OPEN_STATES)
        # sudo: the state is not editable; role and state are checked above
        self.sudo().write({"state": "cancelled"})
        return True

    def action_record_consent(self):
        """Open the record of an answer given by phone or at the counter (R-SIGN-05).

        :raises UserError: where nobody outside is asked
        """
        self.ensure_one()
        self.ticket_id._check_role("advisor")
        self._check_open("sent")
        self._check_asked_outside()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer to the Revision"),
            "res_model": "aftersales.ticket.consent",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_id": self.ticket_id.id,
                "default_kind": "revision",
                "default_revision_id": self.id,
            },
        }

    def _check_asked_outside(self):
        for revision in self.filtered("is_internal"):
            raise UserError(
                self.env._(
                    "Revision %(name)s is at our own cost: a manager decides.",
                    name=revision.name,
                )
            )

    def action_approve_internal(self):
        """Agree to a change at the company's own cost.

        :raises UserError: when an outside payer has to answer, or by who asked
        """
        self._decide_internal()
        for revision in self:
            revision._agree(self.env.user.name, self.env._("Decided by a manager"))
        return True

    def action_decline_internal(self):
        """Refuse a change at the company's own cost; see action_approve_internal."""
        self._decide_internal()
        for revision in self:
            revision._refuse(self.env.user.name, self.env._("Decided by a manager"))
        return True

    def _decide_internal(self):
        self.ticket_id._check_role("manager")
        self._check_open("sent")
        for revision in self:
            if not revision.is_internal:
                raise UserError(
                    self.env._(
                        "Revision %(name)s: %(partner)s pays and has to agree.",
                        name=revision.name,
                        partner=revision.partner_id.display_name,
                    )
                )
            if revision.asked_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Revision %(name)s: you asked for it; somebody else decides.",
                        name=revision.name,
                    )
                )

    # -- The answer -------------------------------------------------------------------

    def _agree(self, by, how, at=None, signature=None):
        """Take the revision over: ticket lines, order lines, promised time.

        :param by: name of who agreed
        :param how: in words
        :param signature: base64 image of what was signed on the page
        :raises UserError: when it is answered already, or comes too late by now
        """
        self.ensure_one()
        self._check_open("sent")
        # sudo: the payer's own page comes here, too; who records it was checked
        revision = self.sudo()
        ticket = revision.ticket_id
        ticket._check_state(*ADDITIONAL_STATES)
        revision.line_ids._check_possible()
        at = at or fields.Datetime.now()
        revision.write(
            {
                "state": "approved",
                "answered_by": by,
                "answered_how": how,
                "answered_at": at,
                "signature": signature,
            }
        )
        for row in revision.line_ids:
            revision._apply(row, by, how, at)
        if revision.promised_new:
            # He has just agreed to it: nobody has to tell him of the delay.
            ticket.with_context(
                aftersales_delay_told=True
            ).promised_at = revision.promised_new
        ticket._message_log(
            body=self.env._(
                "Revision %(name)s agreed by %(by)s (%(how)s).",
                name=revision.name,
                by=by,
                how=how,
            )
        )

    def _apply(self, row, by, how, at):
        """Bring the agreed line of ``row``, its order line and its job in step."""
        changes = row._get_changes()
        if not changes:
            return
        # The recordset itself is the key: no client can send one.
        line = row.line_id.with_context(aftersales_revision=self, aftersales_sync=True)
        order_line = line.sale_line_id
        if not row.new_quantity:
            line._decline(by=by, how=how, at=at)
            self._write_order_line(order_line, {"product_uom_qty": 0.0})
            return
        if "product_id" in changes:
            changes["name"] = row.new_product_id.display_name
        line.write(
            {**changes, "approved_by": by, "approved_how": how, "approved_at": at}
        )
        if order_line:
            self._write_order_line(
                order_line, line._get_order_line_changes(order_line.order_id)
            )
        line._sync_delivered()
        jobs = line.operation_ids.filtered(
            lambda job: job.state not in ("done", "cancelled")
        )
        jobs.write({"planned_hours": line._get_planned_hours()})

    def _write_order_line(self, order_line, vals):
        """Write on a line of a confirmed order, locked or not."""
        if not order_line or not vals:
            return
        order = order_line.order_id.with_context(aftersales_sync=True)
        was_locked = order.locked
        if was_locked:
            order.locked = False
        order_line.with_context(aftersales_sync=True).write(vals)
        if was_locked:
            order.locked = True

    def _refuse(self, by, how, at=None, note=None):
        """Note that the payer does not agree: the old content stands.

        :raises UserError: when it is answered already
        """
        self.ensure_one()
        self._check_open("sent")
        # sudo: the payer's own page comes here, too; who records it was checked
        self.sudo().write(
            {
                "state": "declined",
                "answered_by": by,
                "answered_how": how,
                "answered_at": at or fields.Datetime.now(),
                "answer_note": note,
            }
        )

    # -- Buttons ----------------------------------------------------------------------

    def action_preview(self):
        """Open the payer's page, for him to sign on this screen (R-SIGN-01)."""
        self.ensure_one()
        self.ticket_id._check_role("advisor")
        # sudo: the link's token is not readable to every role
        revision = self.sudo()
        revision._portal_ensure_token()
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": revision.get_portal_url(),
        }

    @api.readonly
    def action_view_ticket(self):
        """Open the ticket of the revision (smart button)."""
        self.ensure_one()
        return self.ticket_id._get_records_action()
