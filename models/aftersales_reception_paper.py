from odoo import api, fields, models


class AftersalesReceptionPaper(models.Model):
    """A paper of the vehicle: handed in, looked through, given back (R-RECV-05)."""

    _name = "aftersales.reception.paper"
    _description = "Vehicle Paper"
    _order = "reception_id, sequence, id"
    _check_company_auto = True

    reception_id = fields.Many2one(
        "aftersales.reception", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reception_id.company_id")
    state = fields.Selection(related="reception_id.state")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("registration", "Registration"),
            ("annual", "Annual inspection"),
            ("secondary", "Secondary maintenance"),
            ("insurance", "Insurance"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    name = fields.Char("Number or name")
    is_taken = fields.Boolean("Handed in", default=True)
    valid_until = fields.Date()
    is_expired = fields.Boolean(compute="_compute_is_expired")
    difference = fields.Char(
        "Not in order", help="Not valid, not complete or damaged: what is the matter."
    )
    is_returned = fields.Boolean("Given back", copy=False)
    return_note = fields.Char("Missing, and why", copy=False)

    @api.depends("valid_until", "reception_id.received_at")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for paper in self:
            received = paper.reception_id.received_at
            day = received and fields.Datetime.context_timestamp(self, received).date()
            paper.is_expired = bool(
                paper.valid_until and paper.valid_until < (day or today)
            )

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        if not self.env.su:
            papers.reception_id._check_open()
        return papers

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"is_returned", "return_note"}:
                self.reception_id._check_open()
            self.reception_id._check_in_house()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self.reception_id._check_open()

    def _is_missing(self):
        """Whether it was handed in, is not back, and nobody says why."""
        return self.is_taken and not self.is_returned and not self.return_note
