from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """A dealer's own bonus (R-PAY-10)."""

    _inherit = "res.partner"

    aftersales_bonus_percent = fields.Float(
        "Bonus %",
        digits="Discount",
        company_dependent=True,
        groups="aftersales.group_aftersales_user",
        help="Instead of the bonus of his dealer level. 0: his level's.",
    )

    @api.constrains("aftersales_bonus_percent")
    def _check_aftersales_bonus_percent(self):
        for partner in self.sudo():  # sudo: the field is readable to After-Sales only
            if not 0 <= partner.aftersales_bonus_percent <= 100:
                raise ValidationError(
                    self.env._(
                        "%(dealer)s: a bonus is a percentage between 0 and 100.",
                        dealer=partner.name,
                    )
                )

    def _get_aftersales_bonus_percent(self):
        """Return the bonus of this dealer in percent, by the company of the context."""
        self.ensure_one()
        return (
            self.aftersales_bonus_percent
            or self.aftersales_dealer_level_id.bonus_percent
        )
