from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_estimate_revision import OPEN_STATES


class AftersalesTicketLine(models.Model):
    """An agreed line while a change of it waits for its answer (R-BEY-06)."""

    _inherit = "aftersales.ticket.line"

    revision_line_ids = fields.One2many(
        "aftersales.estimate.revision.line", "line_id", string="Revisions"
    )

    def _get_open_revision_line(self):
        """Return the row by which this line is about to change, or nothing."""
        self.ensure_one()
        return self.revision_line_ids.filtered(
            lambda row: row.revision_id.state in OPEN_STATES and row._get_changes()
        )[:1]

    def _get_qty_allowed(self):
        """Return per line id how much may leave at all, for lines under revision.

        What the old and the new content have in common; the difference waits.
        """
        # sudo: the parts store reads no revisions
        rows = {line.id: line.sudo()._get_open_revision_line() for line in self}
        return {line_id: row._get_qty_allowed() for line_id, row in rows.items() if row}

    def _get_qty_outstanding(self):
        outstanding = super()._get_qty_outstanding()
        allowed = self._get_qty_allowed()
        for line in self:
            if line.id in allowed:
                outstanding[line.id] -= line.quantity - allowed[line.id]
        return outstanding

    def _check_agreed(self, vals):
        revision = self.env.context.get("aftersales_revision")
        if (
            self.env.su
            and isinstance(revision, models.BaseModel)
            and revision._name == "aftersales.estimate.revision"
            and revision.state == "approved"
            and self <= revision.line_ids.line_id
        ):
            # What the payer has just agreed to; no client can send a recordset.
            return None
        return super()._check_agreed(vals)

    def _check_revision(self, leaving):
        """Refuse parts that a revision nobody has answered holds back.

        :param leaving: dict of line -> quantity about to leave, in the line's unit
        :raises UserError: naming line and revision
        """
        quantities = self._get_part_quantities()
        allowed = self._get_qty_allowed()
        for line in self:
            if line.id not in allowed:
                continue
            used = quantities[line.id]["issue"] - quantities[line.id]["return"]
            if line.product_uom_id.compare(used + leaving[line], allowed[line.id]) > 0:
                raise UserError(
                    self.env._(
                        "Line %(line)s of ticket %(ticket)s: revision %(revision)s "
                        "waits for the payer's answer. Until then no more than "
                        "%(allowed)s leaves.",
                        line=line.name,
                        ticket=line.ticket_id.name,
                        # sudo: the number only
                        revision=line.sudo()._get_open_revision_line().revision_id.name,
                        allowed=allowed[line.id],
                    )
                )
