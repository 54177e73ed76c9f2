from odoo import fields, models
from odoo.exceptions import AccessError


class AftersalesOldPartReportLine(models.Model):
    """An old part that was missing, as it stood when the report was sent (F35)."""

    _name = "aftersales.old.part.report.line"
    _description = "Missing Old Part"
    _order = "report_id, is_older, issued_on, id"
    _check_company_auto = True

    report_id = fields.Many2one(
        "aftersales.old.part.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="report_id.company_id", store=True, index=True, precompute=True
    )
    part_return_id = fields.Many2one(
        "aftersales.part.return",
        string="Old part",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket", required=True, readonly=True, check_company=True
    )
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    user_id = fields.Many2one("res.users", string="Brings it in", readonly=True)
    slip_name = fields.Char("Issue slip", readonly=True)
    issued_on = fields.Date(readonly=True)
    due_date = fields.Date(readonly=True)
    is_older = fields.Boolean(
        "From before", readonly=True, help="Issued before the month of the report."
    )
    is_field = fields.Boolean("Field repair", readonly=True)
    charge_state = fields.Selection(
        [("none", "Not charged"), ("held", "Held"), ("charged", "Charged")],
        string="Charge",
        readonly=True,
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        "Charged amount", readonly=True, help="Tax included, when it was reported."
    )

    def write(self, vals):
        if not self.env.su:
            raise AccessError(
                self.env._("What a report says follows from the old parts.")
            )
        return super().write(vals)


class AftersalesPartReturn(models.Model):
    _inherit = "aftersales.part.return"

    def _prepare_report_line_vals(self, report):
        """Return the values of the line of this missing part in ``report``."""
        self.ensure_one()
        return {
            "report_id": report.id,
            "part_return_id": self.id,
            "ticket_id": self.ticket_id.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "product_uom_id": self.product_id.uom_id.id,
            "user_id": self.user_id.id,
            "slip_name": self.move_id.picking_id.name,
            "issued_on": self.issued_on,
            "due_date": self.due_date,
            "is_older": self.issued_on < report.month,
            "is_field": self.is_field,
            "charge_state": self.charge_state,
            "currency_id": self.charge_currency_id.id,
            "amount": self.charge_amount,
        }
