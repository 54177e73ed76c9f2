from odoo import fields, models


class AftersalesTicketLine(models.Model):
    """What became of one line: decision, parts, old part, claim, money (R-BEY-11)."""

    _inherit = "aftersales.ticket.line"

    def _get_trace_row(self, reader):
        """Return the links of this line by their column (in sudo).

        :param reader: the ticket as its reader sees it
        """
        self.ensure_one()
        moves = self._get_trace_moves()
        link = reader._trace_link
        labels = dict(self._fields["payer"]._description_selection(self.env))
        approvals = dict(self._fields["approval"]._description_selection(self.env))
        return {
            "line": [
                link(self, self.name, labels[self.payer], approvals[self.approval])
            ],
            "decision": self._get_trace_decisions(reader),
            "parts": [
                link(
                    move.picking_id or move,
                    move.picking_id.name or move.reference,
                    f"{move.quantity:g} {move.product_uom.name}",
                    ", ".join(move.lot_ids.mapped("name")),
                    fields.Date.to_string(move.date),
                )
                for move in self.move_ids
                if move.state == "done"
            ],
            "old_parts": [
                link(item, item.old_serial or item.lot_id.name, item.state)
                for item in self.part_return_ids
            ],
            "claims": [
                link(
                    claimed.claim_id,
                    claimed.claim_id.name,
                    claimed.claim_state,
                    claimed.reason_id.name,
                )
                for claimed in self.claim_line_ids
            ],
            "invoices": [link(move, move.name, move.state) for move in moves],
            "payments": [
                link(
                    payment,
                    payment.name,
                    payment.state,
                    fields.Date.to_string(payment.date),
                )
                for payment in moves._get_reconciled_payments()
            ],
        }

    def _get_trace_decisions(self, reader):
        """Return who found what about the cause, as links (in sudo)."""
        self.ensure_one()
        decisions = self.warranty_decision_ids
        causes = dict(decisions._fields["cause"]._description_selection(self.env))
        results = dict(decisions._fields["result"]._description_selection(self.env))
        return [
            reader._trace_link(
                decision,
                causes[decision.cause],
                results.get(decision.result),
                decision.decided_by_id.name,
                fields.Date.to_string(decision.decided_at),
                decision.evidence,
            )
            for decision in decisions
        ]

    def _get_trace_moves(self):
        """Return the invoices and credit notes that bill this line or its claims."""
        self.ensure_one()
        billed = self.sale_line_id.invoice_lines | self.claim_line_ids.move_line_ids
        return billed.move_id
