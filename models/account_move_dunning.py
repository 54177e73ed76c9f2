from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """How often the payer of a ticket's invoice was asked for the money."""

    _inherit = "account.move"

    aftersales_dunning_level_id = fields.Many2one(
        "aftersales.dunning.level",
        "Last Dunning Level",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    aftersales_dunning_date = fields.Date(
        "Last Dunning Letter", readonly=True, copy=False
    )
    aftersales_dunning_pause = fields.Date(
        "No Letter until",
        copy=False,
        tracking=True,
        help="The customer is not reminded of this invoice up to and with this day.",
    )
    aftersales_dunning_line_ids = fields.One2many(
        "aftersales.dunning.letter.line", "move_id", string="Dunning Letters"
    )

    @api.readonly
    def action_aftersales_view_dunning(self):
        """Open the letters in which these invoices are named."""
        self.check_access("read")
        # sudo: which letters they are; what of them is seen follows from own rights
        letters = self.sudo().aftersales_dunning_line_ids.letter_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.dunning_letter_action"
        )
        action["domain"] = [("id", "in", letters.ids)]
        action["context"] = {}
        return action

    def action_aftersales_dun(self):
        """Write to the payer of this invoice about all that he owes (Finance).

        :return: action that opens the letter, which is still to be sent
        :raises UserError: when no letter to him is due
        """
        self.ensure_one()
        letters = self.env["aftersales.dunning.letter"]
        letters.check_access("write")
        # sudo: letters are written by steps only; the right to do so is checked above
        letters = letters.sudo().with_company(self.company_id)
        found = letters._begin(
            self.company_id,
            letters._get_today(self.company_id),
            self.commercial_partner_id,
        )
        if not found:
            raise UserError(
                self.env._(
                    "%(invoice)s: no letter to %(customer)s is due today. It is not "
                    "overdue for so long, was written about lately, is disputed, "
                    "rests, or the customer is left alone by his card.",
                    invoice=self.name,
                    customer=self.commercial_partner_id.name,
                )
            )
        return found.sudo(False)._get_records_action()
