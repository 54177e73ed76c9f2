from odoo import api, fields, models
from odoo.fields import Command


class AftersalesReception(models.Model):
    """What else is done with the customer: courtesies and proposals (R-RECV-16, 17)."""

    _inherit = "aftersales.reception"

    proposal_ids = fields.One2many(
        "aftersales.reception.proposal", "reception_id", copy=False
    )
    courtesy_ids = fields.Many2many(
        "aftersales.reception.courtesy",
        string="Courtesies",
        copy=False,
        domain="[('company_id', 'in', (company_id, False))]",
    )
    courtesy_shown = fields.Boolean(
        related="company_id.aftersales_courtesy_checklist",
        string="Courtesies are ticked off",
    )

    @api.model_create_multi
    def create(self, vals_list):
        receptions = super().create(vals_list)
        for reception in receptions:
            # Work left undone at an earlier visit is what is proposed first.
            undone = reception.vehicle_id.recommendation_ids.filtered(
                lambda recommendation: recommendation.state == "open"
            )
            if undone and not reception.proposal_ids:
                reception.proposal_ids = [
                    Command.create(
                        {
                            "name": recommendation.name,
                            "product_id": recommendation.product_id.id,
                            "is_safety": recommendation.is_safety,
                            "recommendation_id": recommendation.id,
                        }
                    )
                    for recommendation in undone
                ]
        return receptions
