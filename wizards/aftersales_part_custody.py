from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.choices import choices_of


class AftersalesPartCustody(models.TransientModel):
    """The steps of old parts in the zone that want more than a click (R-BEY-10)."""

    _name = "aftersales.part.custody"
    _description = "Old Parts in the Zone"

    step = fields.Selection(
        [
            ("inspect", "Inspect"),
            ("ask_shipment", "Ask for shipment"),
            ("ship", "Ship"),
            ("ask_disposal", "Ask for disposal"),
        ],
        required=True,
        readonly=True,
    )
    part_return_ids = fields.Many2many(
        "aftersales.part.return", string="Old parts", required=True, readonly=True
    )
    finding = fields.Selection(
        selection=choices_of("aftersales.part.return", "finding"),
    )
    note = fields.Text("What was found")
    owed_again = fields.Boolean(
        "The right part is owed",
        default=True,
        help="The part that was really taken out has to come in, and is charged until "
        "then.",
    )
    partner_id = fields.Many2one("res.partner")
    carrier_id = fields.Many2one("res.partner")
    tracking_number = fields.Char()
    disposal = fields.Selection(
        selection=choices_of("aftersales.part.return", "disposal"),
    )
    reason = fields.Char()

    def action_confirm(self):
        """Take the step for the chosen old parts.

        :raises UserError: when something is missing, or the step refuses
        """
        self.ensure_one()
        items = self.part_return_ids
        if self.step == "inspect":
            self._need("finding")
            items._inspect(self.finding, self.note, self.owed_again)
        elif self.step == "ask_shipment":
            self._need("partner_id")
            items._ask_shipment(self.partner_id)
        elif self.step == "ship":
            items._ship(self.carrier_id, self.tracking_number)
        else:
            self._need("disposal")
            items._ask_disposal(self.disposal, self.reason, self.partner_id)
        return {"type": "ir.actions.act_window_close"}

    def _need(self, fname):
        """Raise UserError unless the field is filled in."""
        if not self[fname]:
            label = self._fields[fname]._description_string(self.env)
            raise UserError(
                self.env._(
                    "Old part %(part)s: fill in “%(field)s”.",
                    part=", ".join(self.part_return_ids.mapped("display_name")),
                    field=label,
                )
            )
