from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesTicketLine(models.Model):
    """Missing parts: Purchasing is asked whether they can be bought (R-PART-08)."""

    _inherit = "aftersales.ticket.line"

    inquiry_ids = fields.One2many(
        "aftersales.part.inquiry", "ticket_line_id", string="Questions to Purchasing"
    )
    purchase_state = fields.Selection(
        [
            ("ask", "To be asked"),
            ("asked", "Purchasing asked"),
            ("alone", "Can be bought by itself"),
            ("assembly", "Only with its assembly"),
            ("none", "Cannot be bought"),
        ],
        string="Purchasing",
        compute="_compute_purchase_state",
        compute_sudo=True,
        help="What Purchasing says of a part that is missing and is no assembly.",
    )

    @api.depends("inquiry_ids.state", "inquiry_ids.answer", "qty_short", "product_id")
    def _compute_purchase_state(self):
        for line in self:
            asked = line.inquiry_ids.sorted("id", reverse=True)[:1]
            if asked:
                line.purchase_state = asked.answer or "asked"
            elif not line.qty_short:
                line.purchase_state = False
            elif line.product_id.aftersales_bought_alone:
                line.purchase_state = line.product_id.aftersales_bought_alone
            elif (
                line.product_id.aftersales_part_class == "assembly"
                or line.product_id.seller_ids
            ):
                # Purchasing has a source for it already.
                line.purchase_state = False
            else:
                line.purchase_state = "ask"

    def action_ask_purchasing(self):
        """Ask Purchasing whether these parts can be bought by themselves (R-PART-08).

        For the parts keeper, the technician and the adviser.

        :raises UserError: for what is no part, or when Purchasing is asked already
        :return: the action that shows the questions
        """
        self.ticket_id._check_role("parts_keeper", "technician", "advisor")
        vals_list = []
        for line in self:
            if not line._is_stock_part() or line.purchase_state == "asked":
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s, %(line)s: there is nothing to ask, or "
                        "Purchasing is asked already.",
                        ticket=line.ticket_id.name,
                        line=line.name,
                    )
                )
            unit = line.product_uom_id
            vals_list.append(
                {
                    "product_id": line.product_id.id,
                    "ticket_line_id": line.id,
                    "company_id": line.company_id.id,
                    "buyer_id": self.env["aftersales.deadline"]
                    ._default_user("purchasing", line.company_id)
                    .id,
                    "quantity": unit._compute_quantity(
                        line.qty_short or line.quantity, line.product_id.uom_id
                    ),
                }
            )
        inquiries = self.env["aftersales.part.inquiry"].create(vals_list)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Questions to Purchasing"),
            "res_model": inquiries._name,
            "view_mode": "list,form",
            "domain": [("id", "in", inquiries.ids)],
        }
