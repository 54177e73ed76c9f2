from odoo import api, fields, models


class AftersalesPricePrint(models.TransientModel):
    """Which price list to print, as of which day (F37 to F40)."""

    _name = "aftersales.price.print"
    _description = "Print Prices"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            ("parts", "Part prices and labour standard"),
            ("settlement", "Dealer settlement list"),
            ("guide", "Market guide list"),
            ("services", "Service charge standard"),
        ],
        required=True,
        default="parts",
    )
    date = fields.Date(
        "As of", required=True, default=lambda self: fields.Date.context_today(self)
    )

    @api.model
    def _open(self):
        """Return the action that asks which list to print."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print Prices"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
        }

    def action_print(self):
        """Print the list.

        :raises AccessError: for the settlement list, without permission
        """
        self.ensure_one()
        self.company_id._check_aftersales_price_access(self.kind)
        return self.env.ref("aftersales.action_report_prices").report_action(self)

    def _get_sections(self):
        """Return what is printed: list of (title, rows)."""
        self.ensure_one()
        return self.company_id._get_aftersales_price_sections(self.kind, self.date)
