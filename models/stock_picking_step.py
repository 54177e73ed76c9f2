from odoo import api, fields, models
from odoo.exceptions import AccessError

from .stock_picking import GATED_KINDS


class StockPicking(models.Model):
    """What a slip waits for, in the words of the counter."""

    _inherit = "stock.picking"

    aftersales_step = fields.Selection(
        [
            ("stock", "Waiting for parts"),
            ("release", "To release"),
            ("hand_out", "To hand out"),
            ("take_back", "To take back"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        string="Step",
        compute="_compute_aftersales_step",
        help="What the slip waits for. Parts that lie ready still want a release.",
    )

    @api.depends("state", "aftersales_kind", "aftersales_released_by")
    def _compute_aftersales_step(self):
        for picking in self:
            if not picking.aftersales_kind:
                picking.aftersales_step = False
            elif picking.state in ("done", "cancel"):
                picking.aftersales_step = picking.state
            elif picking.aftersales_kind not in GATED_KINDS:
                picking.aftersales_step = "take_back"
            elif not picking.aftersales_released_by:
                picking.aftersales_step = "release"
            elif picking.state == "assigned":
                picking.aftersales_step = "hand_out"
            else:
                picking.aftersales_step = "stock"

    def button_validate(self):
        """Validate transfers; slips of who has no stock rights go by their own steps.

        :raises AccessError: naming the slip and the step to take instead
        """
        if not self.env.su and not self.has_access("write"):
            for slip in self.filtered("aftersales_kind"):
                raise AccessError(
                    self.env._(
                        "Slip %(slip)s is moved by the parts keeper's own step: open "
                        "it and press Hand out, or Take back.",
                        slip=slip.name,
                    )
                )
        return super().button_validate()
