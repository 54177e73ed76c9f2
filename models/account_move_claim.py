from odoo import fields, models

from ..tools.choices import choices_of


class AccountMove(models.Model):
    """Invoices and credit notes of warranty claims (R-BEY-09, R-BEY-20)."""

    _inherit = "account.move"

    aftersales_payer = fields.Selection(
        selection=choices_of("sale.order", "aftersales_payer"),
        string="Payer",
        readonly=True,
        copy=False,
        help="On whose account the ticket's lines of this invoice are (R-BEY-20).",
    )
    aftersales_claim_ids = fields.Many2many(
        "aftersales.warranty.claim",
        string="Warranty Claims",
        compute="_compute_aftersales_claim_ids",
        compute_sudo=True,
    )

    def _compute_aftersales_claim_ids(self):
        for move in self:
            move.aftersales_claim_ids = (
                move.invoice_line_ids.aftersales_claim_line_id.claim_id
            )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # A credit note is for the payer of its invoice.
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=False):
            if move.aftersales_payer:
                values.setdefault("aftersales_payer", move.aftersales_payer)
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _aftersales_get_claim_account(self):
        """Return the account on which the claim of this invoice stands; or none.

        What a maker owes for warranty work is apart from what customers owe, so that
        it can be compared with the claims.
        """
        self.ensure_one()
        if self.aftersales_payer != "warranty" or not self.is_sale_document():
            return self.env["account.account"]
        # sudo: a setting of the company, whatever the rights of who invoices
        return self.sudo().company_id.aftersales_claim_account_id

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        warranty = posted.filtered(lambda move: move.aftersales_payer == "warranty")
        if warranty:
            # sudo: who posts need not see orders or claims
            warranty.sudo().invoice_line_ids._aftersales_link_claims()
        return posted

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        # sudo: who books a payment need not see claims
        claims = self.sudo().invoice_line_ids.aftersales_claim_line_id.claim_id
        if claims:
            claims._update_paid_date()
        return result

    def action_view_aftersales_claims(self):
        """Open the warranty claims that this invoice or credit note settles."""
        self.ensure_one()
        return self.aftersales_claim_ids._get_records_action(
            name=self.env._("Warranty Claims")
        )
