from odoo import api, fields, models
from odoo.exceptions import AccessError


class AccountMoveLine(models.Model):
    """Who answers for the money of a line, when it went out unpaid (R-PART-04)."""

    _inherit = "account.move.line"

    aftersales_guarantor_id = fields.Many2one(
        "res.users",
        string="Guarantor",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The person who answers for this line of an invoice or credit note, "
        "written when it is posted: who gave the part on credit, else who vouched for "
        "the ticket.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._aftersales_check_guarantor(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._aftersales_check_guarantor(vals)
        return super().write(vals)

    def _aftersales_check_guarantor(self, vals):
        """Nobody is made guarantor by others, or let off by entry (R-PART-04).

        :raises AccessError: unless a step of the ticket writes it
        """
        if "aftersales_guarantor_id" in vals and not self.env.su:
            raise AccessError(
                self.env._(
                    "Who answers for an unpaid invoice vouches for it on the service "
                    "ticket himself."
                )
            )

    def _aftersales_get_guarantor(self):
        """Return who answers for this line by its ticket; empty: nobody."""
        self.ensure_one()
        named = self.sale_line_ids.aftersales_line_ids.guarantor_id[:1]
        if named or not self.move_id._aftersales_is_customers():
            return named
        return self.move_id.aftersales_ticket_id.credit_guarantor_id
