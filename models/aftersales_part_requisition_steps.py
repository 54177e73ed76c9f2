from odoo import fields, models
from odoo.exceptions import LockError, UserError

from .aftersales_ticket_parts import REQUEST_STATES

ACTIVITY = "aftersales.activity_requisition"


class AftersalesPartRequisition(models.Model):
    """Asked, decided, turned into slips."""

    _inherit = "aftersales.part.requisition"

    def action_ask(self):
        """Ask the superior for these parts (R-PART-14).

        :raises UserError: for another's requisition, an empty one, more than is agreed
            and not asked for yet, or when nobody is there to decide
        """
        self.ticket_id._check_role("technician", "advisor")
        self._check_draft()
        for requisition in self:
            requisition._check_parts()
            if not requisition.approver_id or not requisition._may_decide(
                requisition.approver_id
            ):
                raise UserError(
                    self.env._(
                        "Requisition %(name)s: choose the superior who decides: the "
                        "leader of the team or a manager, not yourself.",
                        name=requisition.name,
                    )
                )
        # sudo: stamps are not editable; who asks, and what for, is checked above
        asked = self.sudo()
        asked.write({"state": "asked", "requested_at": fields.Datetime.now()})
        for requisition in asked:
            requisition.activity_schedule(
                ACTIVITY,
                summary=self.env._(
                    "Parts for %(ticket)s", ticket=requisition.ticket_id.name
                ),
                user_id=requisition.approver_id.id,
            )
        return True

    def _check_parts(self):
        """Raise UserError unless every part is agreed and still to be asked for."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "Requisition %(name)s asks for nothing. Add a part.",
                    name=self.name,
                )
            )
        # sudo: only the account of the ticket's own parts is read
        outstanding = self.sudo().line_ids.ticket_line_id._get_qty_outstanding()
        for line in self.line_ids:
            part = line.ticket_line_id
            left = outstanding[part.id]
            if part.approval != "approved" or not part._is_stock_part():
                raise UserError(
                    self.env._(
                        "Requisition %(name)s: %(part)s is no agreed part of our stock "
                        "on ticket %(ticket)s. Have the customer agree to it first.",
                        name=self.name,
                        part=part.name,
                        ticket=self.ticket_id.name,
                    )
                )
            if part.product_uom_id.compare(line.quantity, left) > 0:
                raise UserError(
                    self.env._(
                        "Requisition %(name)s: %(quantity)s %(unit)s of %(part)s, but "
                        "only %(left)s are agreed and not asked for yet.",
                        name=self.name,
                        quantity=line.quantity,
                        unit=part.product_uom_id.name,
                        part=part.name,
                        left=max(left, 0.0),
                    )
                )

    def _check_decision(self):
        """Lock these requisitions for their superior.

        :raises UserError: when somebody else decides at this moment, it is decided, or
            the user is no superior of who asks
        """
        self.check_access("read")
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Requisition %(name)s is being decided on by somebody else at this "
                    "moment. Look at it again.",
                    name=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset()
        for requisition in self:
            if requisition.state != "asked":
                raise UserError(
                    self.env._(
                        "Requisition %(name)s does not wait for a decision: it is "
                        "%(state)s.",
                        name=requisition.name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[requisition.state],
                    )
                )
            if not requisition._may_decide(self.env.user):
                raise UserError(
                    self.env._(
                        "Requisition %(name)s of %(user)s is decided by the leader of "
                        "the team or a manager, never by who asks.",
                        name=requisition.name,
                        user=requisition.requested_by_id.name,
                    )
                )

    def action_approve(self):
        """Approve: the slips are made, and wait for Finance's release (R-PART-14).

        :raises UserError: by anybody but a superior, or when the parts cannot be asked
            for any more; then nothing is made
        :return: the action that shows the new slips
        """
        self.ensure_one()
        self._check_decision()
        # sudo: a leader may have no right to the ticket's parts; he was checked above,
        # the parts are checked below
        requisition = self.sudo()
        ticket = requisition.ticket_id
        ticket._check_state(*REQUEST_STATES)
        requisition._check_parts()
        lines = requisition.line_ids
        slips = ticket._create_issue_slips(
            lines.ticket_line_id,
            limits={line.ticket_line_id.id: line.quantity for line in lines},
            asker=requisition.requested_by_id,
        )
        slips.aftersales_requisition_id = requisition
        requisition._decide("approved")
        return self.ticket_id._action_slips(slips)

    def action_refuse(self):
        """Refuse, with the reason; who asked is told.

        :raises UserError: by anybody but a superior, or without a reason
        """
        self._check_decision()
        for requisition in self:
            if not (requisition.refusal_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Requisition %(name)s: write why it is refused.",
                        name=requisition.name,
                    )
                )
        # sudo: stamps are not editable; who decides is checked above
        for requisition in self.sudo():
            requisition._decide("refused")
            requisition.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "Refused: parts for %(ticket)s", ticket=requisition.ticket_id.name
                ),
                note=requisition.refusal_reason,
                user_id=requisition.requested_by_id.id,
            )
        return True

    def _decide(self, state):
        """Write the decision of the user; checks nothing."""
        self.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self.activity_feedback([ACTIVITY])

    def action_withdraw(self):
        """Take the requisition back before it is decided on (who asked, or adviser).

        :raises UserError: when it is decided, or another's
        """
        for requisition in self:
            if requisition.requested_by_id != self.env.user:
                requisition.ticket_id._check_role("advisor")
            if requisition.state not in ("draft", "asked"):
                raise UserError(
                    self.env._(
                        "Requisition %(name)s is decided on. Cancel its slips instead.",
                        name=requisition.name,
                    )
                )
        # sudo: stamps are not editable; whose it is, and its state, is checked above
        withdrawn = self.sudo()
        withdrawn.state = "cancelled"
        withdrawn.activity_unlink([ACTIVITY])
        return True

    def action_view_slips(self):
        """Open the slips that were made of it."""
        self.ensure_one()
        action = self.ticket_id._action_slips(self.picking_ids)
        action["domain"] = [("aftersales_requisition_id", "in", self.ids)]
        return action

    def action_print(self):
        """Print the requisition (F34)."""
        self.check_access("read")
        return self.env.ref("aftersales.action_report_part_requisition").report_action(
            self
        )

    def action_open_ticket(self):
        """Open the ticket the parts are for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }
