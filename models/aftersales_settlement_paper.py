from odoo import api, fields, models
from odoo.exceptions import AccessError


class AftersalesSettlementPaper(models.Model):
    """A paper of the ticket that Finance gathers before settling (R-SETT-02)."""

    _name = "aftersales.settlement.paper"
    _description = "Paper of a Settlement"
    _order = "settlement_id, id"
    _check_company_auto = True

    settlement_id = fields.Many2one(
        "aftersales.settlement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="settlement_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [
            ("order", "Workshop order, agreed"),
            ("estimate", "Estimates, answered"),
            ("additions", "Additional items, answered"),
            ("reception", "Reception and list of items"),
            ("prices", "Published prices"),
            ("diagnosis", "Diagnosis"),
            ("slips", "Slips of parts"),
            ("operations", "Operations, ticked off"),
            ("report", "Repair report"),
            ("inspection", "Inspection"),
            ("sheets", "Check sheets"),
        ],
        string="Paper",
        required=True,
        readonly=True,
    )
    missing = fields.Char(readonly=True, help="What is still to be done.")
    waived_reason = fields.Char(
        "Done without, because", help="Why the ticket is settled without it."
    )
    waived_by_id = fields.Many2one("res.users", "Done without by", readonly=True)
    is_complete = fields.Boolean("There", compute="_compute_is_complete", store=True)

    _kind_uniq = models.Constraint(
        "UNIQUE(settlement_id, kind)", "A paper stands once in a settlement."
    )

    @api.depends("kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for paper in self:
            paper.display_name = labels.get(paper.kind, "")

    @api.depends("missing", "waived_reason")
    def _compute_is_complete(self):
        for paper in self:
            paper.is_complete = not paper.missing or bool(paper.waived_reason)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"waived_reason"}:
                raise AccessError(
                    self.env._(
                        "Whether a paper is there follows from the ticket; just the "
                        "reason for doing without it is written."
                    )
                )
            self.settlement_id._check_draft(vals.keys())
            # sudo: who does without it is not editable
            self.sudo().waived_by_id = (
                self.env.uid if vals.get("waived_reason") else False
            )
        return super().write(vals)
