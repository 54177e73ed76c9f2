from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SaleOrder(models.Model):
    """The after-sales quotation: list price, tax, freight; parts to dealers only."""

    _inherit = "sale.order"

    aftersales_freight = fields.Monetary(
        "Freight",
        compute="_compute_aftersales_freight",
        inverse="_inverse_aftersales_freight",
        help="What it costs to send the parts, without tax (R-EST-11).",
    )

    @api.depends("order_line.price_subtotal", "order_line.product_id")
    def _compute_aftersales_freight(self):
        for order in self:
            lines = order.order_line.filtered(
                lambda line: line._aftersales_is_freight()
            )
            order.aftersales_freight = sum(lines.mapped("price_subtotal"))

    def _inverse_aftersales_freight(self):
        for order in self:
            if order.aftersales_ticket_id:
                raise UserError(
                    self.env._(
                        "Order %(order)s follows ticket %(ticket)s: enter the freight "
                        "as an operation there.",
                        order=order.name,
                        ticket=order.aftersales_ticket_id.name,
                    )
                )
            lines = order.order_line.filtered(
                lambda line: line._aftersales_is_freight()
            )
            if lines and order.aftersales_freight:
                lines[0].write(
                    {"product_uom_qty": 1, "price_unit": order.aftersales_freight}
                )
                lines[1:].unlink()
            elif lines:
                lines.unlink()
            elif order.aftersales_freight:
                # sudo: the company's freight is a master record that is made at first
                product = order.company_id.sudo()._get_aftersales_freight_product()
                order.order_line = [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": order.aftersales_freight,
                            "sequence": 999,
                        }
                    )
                ]

    # -- Parts are quoted to dealers (R-EST-12) ---------------------------------------

    def _aftersales_check_channel(self):
        """Raise UserError where parts alone are quoted to somebody who is no dealer.

        Parts that are fitted in a repair of ours are another matter: a ticket other
        than one for parts to be sent quotes its customer.
        """
        for order in self:
            company = order.company_id.sudo()  # sudo: a setting, whoever sells
            ticket = order.aftersales_ticket_id
            if not company.aftersales_parts_to_dealers_only or (
                ticket and ticket.service_mode != "parts"
            ):
                continue
            parts = order.order_line.product_id.filtered("aftersales_is_part")
            if parts and not order.partner_id._get_aftersales_dealer_level():
                raise UserError(
                    self.env._(
                        "Order %(order)s: parts such as %(part)s are quoted to dealers "
                        "only, and %(partner)s is none. Let a dealer quote him by the "
                        "market guide list, or give the partner a dealer level.",
                        order=order.name,
                        part=parts[0].display_name,
                        partner=order.partner_id.display_name,
                    )
                )

    def action_quotation_sent(self):
        self._aftersales_check_channel()
        return super().action_quotation_sent()

    def action_quotation_send(self):
        self._aftersales_check_channel()
        return super().action_quotation_send()

    def action_aftersales_quotation(self):
        """Print the after-sales quotation (F44).

        :raises UserError: where parts alone are quoted to somebody who is no dealer
        """
        self.check_access("read")
        self._aftersales_check_channel()
        return self.env.ref("aftersales.action_report_quotation").report_action(self)

    def _action_confirm(self):
        self._aftersales_check_channel()
        return super()._action_confirm()

    # -- Print ------------------------------------------------------------------------

    def _get_aftersales_quotation_sections(self):
        """Return the lines of the quotation by what they are, for the print.

        :return: list of dicts ``kind`` (parts, work, freight), ``lines``, ``untaxed``
        :raises UserError: where parts alone are quoted to somebody who is no dealer
        """
        self.ensure_one()
        self._aftersales_check_channel()
        sections = {
            kind: self.order_line.browse() for kind in ("parts", "work", "freight")
        }
        for line in self.order_line:
            if line.display_type or line.is_downpayment:
                continue
            if line._aftersales_is_freight():
                kind = "freight"
            elif line.product_id.type == "service":
                kind = "work"
            else:
                kind = "parts"
            sections[kind] |= line
        return [
            {
                "kind": kind,
                "lines": lines,
                "untaxed": sum(lines.mapped("price_subtotal")),
            }
            for kind, lines in sections.items()
            if lines
        ]

    def _has_aftersales_tax_in_price(self):
        """Return whether the list prices of this quotation include their tax."""
        self.ensure_one()
        return any(self.order_line.tax_ids.mapped("price_include"))
