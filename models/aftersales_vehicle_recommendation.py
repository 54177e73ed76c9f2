from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVehicleRecommendation(models.Model):
    _name = "aftersales.vehicle.recommendation"
    _description = "Recommended Work"
    _order = "is_safety desc, date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Needed Work", required=True)
    vehicle_id = fields.Many2one(
        "aftersales.vehicle",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, index=True
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", check_company=True
    )
    ticket_id = fields.Many2one(
        "aftersales.ticket",
        string="Found by Ticket",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    is_safety = fields.Boolean(
        string="Safety", help="Concerns brakes, steering, tyres, lights and the like."
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    closed_date = fields.Date(readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    note = fields.Char(string="Remarks")

    _vehicle_open_idx = models.Index("(vehicle_id) WHERE state = 'open'")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for recommendation in self:
            if recommendation.state != "open":
                raise UserError(
                    self.env._(
                        "“%(name)s” of %(vehicle)s is part of its history and stays.",
                        name=recommendation.name,
                        vehicle=recommendation.vehicle_id.display_name,
                    )
                )

    def action_done(self):
        """Close work that has been carried out since (R-VEH-09)."""
        self._close("done")

    def action_drop(self):
        """Close work not needed any more, or that the customer does not want."""
        self._close("dropped")

    def action_reopen(self):
        """Take the work up again."""
        self.write({"state": "open", "closed_date": False, "closed_by_id": False})

    def _close(self, state):
        """Close the open ones of self; those already closed keep their day."""
        self.filtered(lambda r: r.state == "open").write(
            {
                "state": state,
                "closed_date": fields.Date.context_today(self),
                "closed_by_id": self.env.uid,
            }
        )
