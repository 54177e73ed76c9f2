from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesReception(models.Model):
    """The items of a reception, and the box they are kept in (R-RECV-07, R-RECV-11)."""

    _inherit = "aftersales.reception"

    item_ids = fields.One2many("aftersales.reception.item", "reception_id", copy=False)
    item_count = fields.Integer("Items", compute="_compute_item_count")
    no_items = fields.Boolean(
        "Nothing on board", help="Looked for tools and items together; there are none."
    )
    box_number = fields.Char("Box no.", copy=False)

    _box_uniq = models.UniqueIndex(
        "(company_id, box_number) WHERE box_number IS NOT NULL AND state != 'returned'",
        "This box holds the items of another customer. Take another box.",
    )

    @api.depends("item_ids")
    def _compute_item_count(self):
        for reception in self:
            reception.item_count = len(reception.item_ids)

    def _get_items_problems(self):
        """Return what is missing in the list of items."""
        self.ensure_one()
        problems = []
        if not self.item_ids and not self.no_items:
            problems.append(
                self.env._("List tools and items, or tick that there are none.")
            )
        if not self.box_number and "box" in self.item_ids.mapped("place"):
            problems.append(
                self.env._("Enter the number of the box the items are put in.")
            )
        return problems

    def _check_in_house(self):
        """Raise UserError where the vehicle has left."""
        for reception in self:
            if reception.state == "returned":
                raise UserError(
                    self.env._(
                        "The vehicle of %(ticket)s has left; what came back stays as "
                        "it was signed.",
                        ticket=reception.ticket_id.name,
                    )
                )
