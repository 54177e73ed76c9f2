from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesHandover(models.Model):
    """Safety work that the customer refused is signed for when he takes the vehicle
    (R-ADD-06, R-SIGN-04)."""

    _inherit = "aftersales.handover"

    refused_safety_ids = fields.Many2many(
        "aftersales.vehicle.recommendation",
        string="Refused safety work",
        compute="_compute_refused_safety_ids",
        help="The customer was told of it and refused; he signs for that.",
    )
    refusal_signature = fields.Image(
        max_width=1024,
        max_height=1024,
        copy=False,
        help="The customer's signature for the safety work that he refused.",
    )
    refusal_on_paper = fields.Boolean(
        "Refusal signed on paper",
        copy=False,
        help="He signed for the refused safety work on the printed sheet.",
    )

    @api.depends("ticket_id.addition_ids.recommendation_ids.state")
    def _compute_refused_safety_ids(self):
        for handover in self:
            # sudo: the names of what was refused, for who hands the vehicle over
            handover.refused_safety_ids = (
                handover.ticket_id.sudo()._get_refused_safety_work()
            )

    def _check_complete(self):
        result = super()._check_complete()
        if self.refused_safety_ids and not (
            self.refusal_signature or self.refusal_on_paper
        ):
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s: the customer refused safety work (%(work)s). "
                    "Let him sign for it, on the screen or on paper.",
                    ticket=self.ticket_id.name,
                    work=", ".join(self.refused_safety_ids.mapped("name")),
                )
            )
        return result
