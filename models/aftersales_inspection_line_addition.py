from odoo import api, fields, models


class AftersalesInspectionLine(models.Model):
    """What the inspector finds is told to the adviser (R-ADD-05)."""

    _inherit = "aftersales.inspection.line"

    addition_ids = fields.One2many("aftersales.addition", "inspection_line_id")

    @api.depends("addition_ids")
    def _compute_is_proposed(self):
        result = super()._compute_is_proposed()
        # sudo: whether there is any, nothing else of it
        for line in self.sudo().filtered("addition_ids"):
            line.is_proposed = True
        return result

    def action_report_finding(self):
        """Open the report of this point to the adviser, as additional work.

        :raises UserError: for a point that is in order or proposed already, or where
            the ticket's order is not agreed yet
        """
        self.ensure_one()
        action = self.ticket_id.action_report_finding()
        self._check_proposable()
        action["context"].update(
            default_inspection_line_id=self.id,
            default_finding=self.name,
            default_reason=self.note,
            default_is_safety=self.is_safety,
        )
        return action


class AftersalesAddition(models.Model):
    _inherit = "aftersales.addition"

    inspection_line_id = fields.Many2one(
        "aftersales.inspection.line",
        string="Found at point",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        additions = super().create(vals_list)
        for addition in additions.filtered("inspection_line_id"):
            point = addition.inspection_line_id
            if point.photo and not addition.photo:
                # sudo: the picture of the point, for who reports it
                addition.sudo().photo = point.photo
            if point.product_id and not addition.line_ids:
                # sudo: inspectors propose work too, as on the sheet itself
                line = (
                    self.env["aftersales.ticket.line"]
                    .sudo()
                    .create(
                        {
                            "ticket_id": addition.ticket_id.id,
                            "product_id": point.product_id.id,
                            "addition_id": addition.id,
                        }
                    )
                )
                point.sudo().ticket_line_id = line
        return additions
