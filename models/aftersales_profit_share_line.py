from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesProfitShareLine(models.Model):
    """What one employee gets of a year's result (R-INC-02).

    The parts of a share add up to it to the cent: each is rounded, and what is left
    goes to the greatest weight. He reads his own when it is approved.
    """

    _name = "aftersales.profit.share.line"
    _description = "Part in a Profit Share"
    _order = "share_id desc, id"
    _check_company_auto = True

    share_id = fields.Many2one(
        "aftersales.profit.share",
        "Profit share",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="share_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="share_id.state", store=True, index=True)
    name = fields.Char("Share", related="share_id.display_name")
    approved_at = fields.Datetime(related="share_id.approved_at")
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    weight = fields.Float(default=1.0, required=True, aggregator=None)
    amount = fields.Monetary(compute="_compute_amount", store=True)

    _employee_once = models.UniqueIndex(
        "(share_id, employee_id)", "An employee has one part in a share."
    )
    _weight_check = models.Constraint("CHECK(weight >= 0)", "A weight is not negative.")

    @api.depends("weight", "share_id.amount_total", "share_id.line_ids.weight")
    def _compute_amount(self):
        for share, lines in self.grouped("share_id").items():
            amounts = share.line_ids._split(share.amount_total)
            for line in lines:
                line.amount = amounts.get(line._origin or line, 0.0)

    def _split(self, total):
        """Return ``{line: amount}``: ``total`` by weights, adding up to the cent."""
        weights = sum(self.mapped("weight"))
        if not weights:
            return {}
        currency = self.share_id.currency_id or self.env.company.currency_id
        amounts = {
            line._origin or line: currency.round(total * line.weight / weights)
            for line in self
        }
        first = max(self, key=lambda line: line.weight)
        key = first._origin or first
        amounts[key] = currency.round(amounts[key] + total - sum(amounts.values()))
        return amounts

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_hand(set().union(*vals_list))
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_by_hand(vals.keys())
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _check_by_hand(self, names):
        """Raise AccessError where an amount is entered; weights are."""
        if "amount" in names and not self.env.su:
            raise AccessError(
                self.env._("What each gets of the result follows from the weights.")
            )

    def _check_draft(self):
        """Raise UserError unless the shares may still be changed."""
        for line in self:
            # sudo: its state, whoever asks
            share = line.sudo().share_id
            if share.state != "draft":
                raise UserError(
                    self.env._(
                        "%(share)s is confirmed: take it back to change who gets what.",
                        share=share.display_name,
                    )
                )
