from odoo import api, models
from odoo.exceptions import UserError


class AftersalesTripCost(models.Model):
    """The driver's share of a fine the company has paid is withheld (R-EXP-04)."""

    _name = "aftersales.trip.cost"
    _inherit = ["aftersales.trip.cost", "aftersales.payout.source.mixin"]

    @api.model
    def _collect_payout_lines(self, company, month):
        end = self.env["aftersales.payout"]._get_month_end(company, month)
        costs = self.search(
            [
                ("company_id", "=", company.id),
                ("amount_withheld", ">", 0),
                ("trip_id.state", "=", "settled"),
                ("trip_id.returned_at", "<", end),
                *self._get_payout_open_domain(),
            ]
        )
        return [
            {
                "employee_id": cost.employee_id.id,
                "kind": "fine",
                "amount": -cost.amount_withheld,
                "source": cost,
                "name": ": ".join(filter(None, (cost.trip_id.name, cost.name))),
                "ticket_id": cost.trip_id.ticket_ids[:1].id,
            }
            for cost in costs
        ]


class AftersalesTrip(models.Model):
    _inherit = "aftersales.trip"

    def action_reopen_costs(self):
        """Write the costs anew, unless payroll has been told of a fine among them.

        :raises UserError: naming the payout statement that is released
        """
        # sudo: whether a statement is released, whosever it is
        released = self.sudo().cost_ids.payout_line_ids.filtered(
            lambda line: line.live and line.state == "released"
        )
        if released:
            raise UserError(
                self.env._(
                    "A fine of this trip is on payout statement %(payout)s, which is "
                    "released. Cancel that first.",
                    payout=released[0].payout_id.name,
                )
            )
        return super().action_reopen_costs()


class AftersalesPayout(models.Model):
    _inherit = "aftersales.payout"

    @api.model
    def _get_payout_sources(self):
        return [*super()._get_payout_sources(), "aftersales.trip.cost"]
