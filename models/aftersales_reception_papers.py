from odoo import fields, models


class AftersalesReception(models.Model):
    """The papers of a reception (R-RECV-05)."""

    _inherit = "aftersales.reception"

    paper_ids = fields.One2many(
        "aftersales.reception.paper", "reception_id", copy=False
    )

    def _get_papers_differing(self):
        """Return the papers the customer must be told about."""
        return self.paper_ids.filtered(
            lambda paper: paper.difference or paper.is_expired
        )
