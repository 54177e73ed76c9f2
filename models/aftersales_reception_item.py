from odoo import api, fields, models

# What is written when the vehicle goes.
AT_RETURN = {"quantity_returned", "return_note"}


class AftersalesReceptionItem(models.Model):
    """A tool or thing on board, counted at reception and again at handover."""

    _name = "aftersales.reception.item"
    _description = "Item on Board"
    _order = "reception_id, sequence, id"
    _check_company_auto = True

    reception_id = fields.Many2one(
        "aftersales.reception", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reception_id.company_id")
    state = fields.Selection(related="reception_id.state")
    sequence = fields.Integer(default=10)
    name = fields.Char("Item", required=True)
    quantity = fields.Integer(required=True, default=1)
    place = fields.Selection(
        [("box", "In the box"), ("vehicle", "Stays in the vehicle")],
        required=True,
        default="box",
    )
    note = fields.Char("Remarks")
    quantity_returned = fields.Integer("Returned", copy=False)
    return_note = fields.Char(
        "What is missing, and why",
        copy=False,
        help="The customer signs for it at the handover.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0 AND quantity_returned >= 0"
        " AND quantity_returned <= quantity)",
        "An item is counted from one, and no more comes back than was taken over.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        if not self.env.su:
            items.reception_id._check_open()
        return items

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - AT_RETURN:
                self.reception_id._check_open()
            self.reception_id._check_in_house()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self.reception_id._check_open()

    def _is_missing(self):
        """Whether it did not come back as counted, and nobody says why."""
        return self.quantity_returned < self.quantity and not self.return_note
