from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesSettlement(models.Model):
    """The steps of a settlement: checked, settled, taken up again."""

    _inherit = "aftersales.settlement"

    def _check_step(self, *states):
        """Let Finance take a step from one of ``states``, alone at the ticket.

        :raises AccessError: without the role Finance
        :raises UserError: from another state
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for settlement in self:
            settlement.ticket_id._check_role("finance")
            settlement.ticket_id._lock_step()
            settlement.invalidate_recordset(["state"])
            if settlement.state not in states:
                raise UserError(
                    self.env._(
                        "%(settlement)s is %(state)s; this step is taken from "
                        "%(expected)s.",
                        settlement=settlement.name,
                        state=labels[settlement.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )

    def action_refresh(self):
        """Look the papers through and take the totals anew (R-SETT-02, R-SETT-06)."""
        self._check_step("draft", "checked")
        self._refresh()
        return True

    def action_check(self):
        """State that all papers are there and the totals agree (R-SETT-02, 05, 06).

        :raises UserError: naming missing papers, or the payer whose totals differ
        """
        self._check_step("draft")
        self._refresh()
        self._check_complete()
        self._check_agrees()
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write(
            {
                "state": "checked",
                "checked_by_id": self.env.uid,
                "checked_at": fields.Datetime.now(),
            }
        )
        return True

    def action_settle(self):
        """Close the settlement: all is invoiced as agreed (R-SETT-06).

        :raises UserError: while something is not invoiced, or differs
        """
        self._check_step("checked")
        self._refresh()
        for settlement in self:
            # sudo: orders and invoices of any payer are looked at
            settlement.sudo().ticket_id._check_all_billed()
        self._check_complete()
        self._check_agrees()
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write(
            {
                "state": "settled",
                "settled_by_id": self.env.uid,
                "settled_at": fields.Datetime.now(),
            }
        )
        return True

    def action_reopen(self):
        """Take the settlement up again while the vehicle is still here.

        :raises UserError: once a gate pass is issued
        """
        self._check_step("checked", "settled")
        for settlement in self:
            gate_pass = settlement.ticket_id.gate_pass_id
            if gate_pass:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: gate pass %(name)s rests on this "
                        "settlement. Cancel it first.",
                        ticket=settlement.ticket_id.name,
                        name=gate_pass.name,
                    )
                )
        # sudo: stamps are not editable, role and state are checked above
        self.sudo().write(
            {
                "state": "draft",
                "checked_by_id": False,
                "checked_at": False,
                "settled_by_id": False,
                "settled_at": False,
            }
        )
        self._refresh()
        return True
