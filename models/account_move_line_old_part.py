from odoo import api, fields, models
from odoo.exceptions import AccessError

LINKS = frozenset(
    {
        "aftersales_charged_part_id",
        "aftersales_credited_part_id",
        "aftersales_is_part_rounding",
    }
)
AMOUNTS = frozenset(
    {"product_id", "quantity", "product_uom_id", "price_unit", "discount", "tax_ids"}
)


class AccountMoveLine(models.Model):
    """Lines that charge an old part until it is in, or take that back (R-WAR-05)."""

    _inherit = "account.move.line"

    aftersales_charged_part_id = fields.Many2one(
        "aftersales.part.return",
        string="Old Part Charged",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    aftersales_credited_part_id = fields.Many2one(
        "aftersales.part.return",
        string="Old Part Credited",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    aftersales_is_part_rounding = fields.Boolean(
        "Rounding of an Old Part", readonly=True, copy=False
    )

    _aftersales_charged_once = models.UniqueIndex(
        "(aftersales_charged_part_id) WHERE aftersales_charged_part_id IS NOT NULL"
        " AND parent_state <> 'cancel'",
        "This old part is charged already.",
    )
    _aftersales_credited_once = models.UniqueIndex(
        "(aftersales_credited_part_id) WHERE aftersales_credited_part_id IS NOT NULL"
        " AND parent_state <> 'cancel'",
        "The charge of this old part has been taken back already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._aftersales_check_part_links(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._aftersales_check_part_links(vals)
        if AMOUNTS & vals.keys():
            self._aftersales_check_part_amounts()
        return super().write(vals)

    def unlink(self):
        self._aftersales_check_part_amounts()
        return super().unlink()

    def _aftersales_check_part_links(self, vals):
        """Refuse to mark a line as an old part's charge by hand."""
        if not self.env.su and any(vals.get(name) for name in LINKS):
            raise AccessError(
                self.env._("Old parts are charged and credited by their own steps.")
            )

    def _aftersales_check_part_amounts(self):
        """Refuse to alter by hand what is charged or credited for an old part."""
        if not self.env.su:
            lines = self.filtered(lambda line: line._aftersales_is_old_part())
            lines.move_id._aftersales_check_old_part()

    def _aftersales_is_old_part(self):
        """Whether this line charges or credits an old part."""
        self.ensure_one()
        return bool(
            self.aftersales_charged_part_id
            or self.aftersales_credited_part_id
            or self.aftersales_is_part_rounding
        )

    def _eligible_for_stock_account(self):
        # The part left by its slip, which has taken its cost: a charge moves no goods.
        return (
            not self._aftersales_is_old_part() and super()._eligible_for_stock_account()
        )
