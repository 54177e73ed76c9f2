import re

from odoo import api, fields, models
from odoo.exceptions import UserError

PREFIX = "OP"


class AftersalesPartReturn(models.Model):
    """The tag on an old part, its bin, and its receipt by scanning (R-BEY-10)."""

    _inherit = "aftersales.part.return"

    tag = fields.Char(
        compute="_compute_tag",
        search="_search_tag",
        help="The number under the bar code of the label.",
    )
    bin_id = fields.Many2one(
        "stock.location",
        copy=False,
        check_company=True,
        index="btree_not_null",
        domain="[('usage', '=', 'internal'), ('id', 'child_of', zone_id)]",
        help="Where in the zone for old parts it lies.",
    )
    zone_id = fields.Many2one(
        related="company_id.aftersales_old_part_location_id",
        string="Zone for old parts",
    )

    def _compute_tag(self):
        for item in self:
            number = item._origin.id
            item.tag = f"{PREFIX}{number:08d}" if number else False

    def _search_tag(self, operator, value):
        if operator not in ("in", "=", "ilike", "like", "=ilike"):
            return NotImplemented
        values = [value] if isinstance(value, str) else value
        numbers = [self._parse_tag(text) for text in values if text]
        return [("id", "in", [number for number in numbers if number])]

    @api.model
    def _parse_tag(self, text):
        """Return the id behind a scanned tag; 0 when it is none."""
        found = re.fullmatch(rf"\s*{PREFIX}0*(\d{{1,9}})\s*", text or "", re.IGNORECASE)
        return int(found[1]) if found else 0

    @api.model
    def _search_display_name(self, operator, value):
        """Find old parts by tag, ticket, part or number: what a scanner may read."""
        if operator not in ("in", "=", "ilike", "like") or not value:
            return super()._search_display_name(operator, value)
        values = [value] if isinstance(value, str) else list(value)
        numbers = [self._parse_tag(text) for text in values if isinstance(text, str)]
        if any(numbers):
            return [("id", "in", numbers)]
        domain = fields.Domain.OR(
            fields.Domain(path, "ilike", text)
            for text in values
            if isinstance(text, str)
            for path in ("ticket_id.name", "product_id", "old_serial")
        )
        return domain

    @api.constrains("bin_id", "company_id")
    def _check_bin(self):
        for item in self.filtered("bin_id"):
            zone = item.company_id._get_aftersales_location("old_part")
            if not item.bin_id.parent_path.startswith(zone.parent_path):
                raise UserError(
                    self.env._(
                        "Old part %(part)s: bin %(bin)s is not in the zone for old "
                        "parts. Choose a bin below %(zone)s.",
                        part=item.display_name,
                        bin=item.bin_id.display_name,
                        zone=zone.display_name,
                    )
                )

    def _get_entered_fields(self):
        return super()._get_entered_fields() | {"bin_id"}

    def write(self, vals):
        if "bin_id" not in vals:
            return super().write(vals)
        stored = self.filtered(
            lambda item: item.receipt_id and item.bin_id.id != vals["bin_id"]
        )
        places = {item: item._get_place() for item in stored}
        result = super().write(vals)
        for item, place in places.items():
            # sudo: the keeper has no stock rights; the write above was allowed
            item.sudo()._move_to_bin(place)
        return result

    def _get_place(self):
        """Return the location in which this old part lies, or would lie."""
        self.ensure_one()
        return self.bin_id or self.company_id._get_aftersales_location("old_part")

    def _move_to_bin(self, place):
        """Bring a received old part from ``place`` into its bin, by a transfer."""
        self.ensure_one()
        if self.state not in ("received", "rejected") or self._get_place() == place:
            return
        self._transfer_old_parts(self._get_place(), sources={self: place})

    def action_scan(self):
        """Open the window in which old parts are received by scanning.

        :return: the action
        """
        self.env["aftersales.ticket"]._check_role("parts_keeper")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive Old Parts"),
            "res_model": "aftersales.part.receipt",
            "view_mode": "form",
            "target": "new",
            "context": {"default_part_return_id": self[:1].id},
        }
