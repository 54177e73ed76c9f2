from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesHandover(models.Model):
    """The handover against the reception: items, papers, key and covers."""

    _inherit = "aftersales.handover"

    reception_id = fields.Many2one(related="ticket_id.reception_id")
    item_ids = fields.One2many(related="reception_id.item_ids", readonly=False)
    paper_ids = fields.One2many(related="reception_id.paper_ids", readonly=False)
    box_number = fields.Char(related="reception_id.box_number")
    key_number = fields.Char(related="reception_id.key_number")
    key_place = fields.Char(related="reception_id.key_place")
    key_holder_id = fields.Many2one(related="reception_id.key_holder_id")
    covers_on = fields.Boolean(related="reception_id.covers_on")
    old_parts = fields.Selection(related="reception_id.old_parts")
    marks = fields.Json(related="reception_id.marks")
    marks_after = fields.Json(related="reception_id.marks_after", readonly=False)
    photo_after_ids = fields.Many2many(
        related="reception_id.photo_after_ids", readonly=False
    )
    damage_note = fields.Text(related="reception_id.damage_note", readonly=False)
    has_missing = fields.Boolean(related="reception_id.has_missing")
    missing_signature = fields.Image(
        related="reception_id.missing_signature", readonly=False
    )
    missing_on_paper = fields.Boolean(
        related="reception_id.missing_on_paper", readonly=False
    )
    covers_removed = fields.Boolean(help="Protective covers taken off (R-RECV-12).")

    def action_all_returned(self):
        """State that every item and paper was counted and is back."""
        self.reception_id.action_all_returned()

    def _check_complete(self):
        result = super()._check_complete()
        if self.reception_id:
            self.reception_id._check_returned()
            if self.covers_on and not self.covers_removed:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s: take the protective covers off and tick "
                        "it.",
                        ticket=self.ticket_id.name,
                    )
                )
            # Counted one by one against the reception.
            self.write({"items_returned": True, "papers_returned": True})
        return result

    def action_confirm(self):
        result = super().action_confirm()
        self.reception_id._set_returned()
        return result
