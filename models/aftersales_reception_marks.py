from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Kinds of marks on the outline.
MARK_KINDS = ("scratch", "dent", "crack", "broken", "missing", "rust", "other")


class AftersalesReception(models.Model):
    """Damage on the outline and on photos, before and after (R-RECV-06, R-BEY-21)."""

    _inherit = "aftersales.reception"

    marks = fields.Json(
        "Marks on the outline",
        copy=False,
        help="A list of marks: place in percent of the drawing (x, y), kind and note.",
    )
    mark_count = fields.Integer("Marks", compute="_compute_mark_count")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", copy=False)
    marks_after = fields.Json(
        "New marks at handover",
        copy=False,
        help="What was not there when the vehicle came in.",
    )
    photo_after_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_reception_photo_after_rel",
        string="Photos at handover",
        copy=False,
    )
    damage_note = fields.Text(
        "About the new damage",
        copy=False,
        help="How it came about and what was agreed; the customer reads it before he "
        "signs.",
    )

    @api.depends("marks")
    def _compute_mark_count(self):
        for reception in self:
            reception.mark_count = len(reception.marks or [])

    @api.constrains("marks", "marks_after")
    def _check_marks(self):
        for reception in self:
            if not all(
                self._are_valid_marks(marks or [])
                for marks in (reception.marks, reception.marks_after)
            ):
                raise ValidationError(
                    self.env._(
                        "Reception of %(ticket)s: a mark lies outside of the drawing "
                        "or is of no known kind. Take it off and place it anew.",
                        ticket=reception.ticket_id.name,
                    )
                )

    @api.model
    def _are_valid_marks(self, marks):
        return isinstance(marks, list) and all(
            isinstance(mark, dict)
            and mark.get("kind") in MARK_KINDS
            and isinstance(mark.get("note", ""), str)
            and all(
                isinstance(mark.get(axis), int | float) and 0 <= mark[axis] <= 100
                for axis in ("x", "y")
            )
            for mark in marks
        )
