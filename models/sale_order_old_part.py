from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _aftersales_settle(self, moves, currency):
        """Add what is charged until old parts are in: nobody approved that, and it is
        no difference either (R-WAR-05, R-SETT-06).

        :return: besides, ``old_parts``: charged less taken back, tax included; what is
            only held does not count
        """
        charges = {
            move: share
            for move, share in moves.items()
            if move.aftersales_is_old_part and move.state == "posted"
        }
        others = {
            move: share
            for move, share in moves.items()
            if not move.aftersales_is_old_part
        }
        result = super()._aftersales_settle(others, currency)
        charged = sum(
            move.amount_total_in_currency_signed * share
            for move, share in charges.items()
        )
        due = sum(
            (1 if move.move_type != "out_refund" else -1) * move.amount_residual * share
            for move, share in charges.items()
        )
        paid = sum(
            amount * charges[move]
            for move, amount in self.env["account.move"]
            .concat(*charges)
            ._aftersales_money()
            .items()
        )
        result["old_parts"] = currency.round(charged)
        for key, amount in (("billed", charged), ("due", due), ("paid", paid)):
            result[key] = currency.round(result[key] + amount)
        return result
