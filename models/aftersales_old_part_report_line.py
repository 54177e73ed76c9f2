from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


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

    @api.model
    def _write_for(self, report, until):
        """Write the lines of ``report`` anew: what its company misses now (in sudo).

        By statements of the database: thousands of lines are copied, and nothing
        follows from a single one.

        :param until: the day from which what is issued belongs to a later report
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM aftersales_old_part_report_line WHERE report_id = %s",
                report.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO aftersales_old_part_report_line (
                       create_uid, create_date, write_uid, write_date,
                       report_id, company_id, part_return_id, ticket_id,
                       product_id, quantity, product_uom_id, user_id, slip_name,
                       issued_on, due_date, is_older, is_field, charge_state,
                       currency_id, amount)
                SELECT %(uid)s, %(now)s, %(uid)s, %(now)s,
                       %(report)s, item.company_id, item.id, item.ticket_id,
                       item.product_id, item.quantity, template.uom_id, item.user_id,
                       slip.name, item.issued_on, item.due_date,
                       item.issued_on < %(month)s, item.is_field, item.charge_state,
                       charge.currency_id,
                       CASE WHEN item.charge_state IN ('held', 'charged')
                            THEN COALESCE(ROUND(charge.price_total * item.quantity
                                                / NULLIF(charge.quantity, 0),
                                                currency.decimal_places), 0)
                            ELSE 0 END
                  FROM aftersales_part_return item
                  JOIN product_product product ON product.id = item.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN stock_move issue ON issue.id = item.move_id
             LEFT JOIN stock_picking slip ON slip.id = issue.picking_id
             LEFT JOIN account_move_line charge ON charge.id = item.charge_line_id
             LEFT JOIN res_currency currency ON currency.id = charge.currency_id
                 WHERE item.company_id = %(company)s
                   AND item.state = 'due'
                   AND item.issued_on < %(until)s
              ORDER BY item.issued_on, item.id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                report=report.id,
                company=report.company_id.id,
                month=report.month,
                until=until,
            )
        )
        self.invalidate_model(flush=False)
        report.invalidate_recordset(["line_ids"], flush=False)
        report.modified(["line_ids"])


class AftersalesPartReturn(models.Model):
    _inherit = "aftersales.part.return"

    report_line_ids = fields.One2many(
        "aftersales.old.part.report.line", "part_return_id", string="Reported Missing"
    )
