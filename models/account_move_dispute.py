from odoo import fields, models


class AccountMove(models.Model):
    """An invoice of a ticket that its payer does not accept (R-PAY-08)."""

    _inherit = "account.move"

    aftersales_disputed = fields.Boolean(
        "Disputed",
        copy=False,
        tracking=True,
        help="The payer of this service invoice does not accept it: until this is "
        "settled nobody reminds him, and nothing more is held back for it from who "
        "vouched for him.",
    )
    aftersales_dispute_reason = fields.Char("Why it is disputed", copy=False)

    _aftersales_dispute_has_reason = models.Constraint(
        "CHECK(aftersales_disputed IS NOT TRUE"
        " OR COALESCE(aftersales_dispute_reason, '') <> '')",
        "Say why the invoice is disputed.",
    )
