from odoo import fields, models


class AftersalesTicket(models.Model):
    """What trips and parcels for a ticket cost, told by the books (R-EXP-07)."""

    _inherit = "aftersales.ticket"

    trip_cost = fields.Monetary(
        compute="_compute_trip_cost",
        compute_sudo=True,
        currency_field="company_currency_id",
        help="Posted expenses of trips and freight, and the kilometres of company "
        "cars, shared equally by the tickets of a trip.",
    )

    def _compute_trip_cost(self):
        costs = dict(
            self.env["account.analytic.line"]._read_group(
                [("aftersales_ticket_id", "in", self.ids)],
                ["aftersales_ticket_id"],
                ["amount:sum"],
            )
        )
        for ticket in self:
            ticket.trip_cost = -costs.get(ticket._origin, 0.0)

    def _split_cost(self, row, currency):
        """Return the equal shares of these tickets in a cost, to the cent.

        :param row: values of an analytic line, with ``amount`` and ``unit_amount``
        :param currency: of the amount
        :return: list of dicts, a ticket each
        """
        shares, given, count = [], 0.0, len(self)
        for number, ticket in enumerate(self, 1):
            upto = currency.round(row["amount"] * number / count)
            shares.append(
                {
                    "aftersales_ticket_id": ticket.id,
                    "amount": upto - given,
                    "unit_amount": row["unit_amount"] / count,
                }
            )
            given = upto
        return shares

    def action_view_trip_costs(self):
        """Open the analytic lines of this ticket, for Finance."""
        self.ensure_one()
        self._check_role("finance")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Costs on the road"),
            "res_model": "account.analytic.line",
            "views": [
                (self.env.ref("aftersales.analytic_line_view_list_trip").id, "list")
            ],
            "domain": [("aftersales_ticket_id", "=", self.id)],
        }
