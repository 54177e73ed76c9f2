from collections import defaultdict

from odoo import api, fields, models


class AftersalesWarrantyCoverage(models.Model):
    """How the coverage of an installed part begins and ends (R-BEY-03, R-VEH-07)."""

    _inherit = "aftersales.warranty.coverage"

    @api.model
    def _create_for_issue(self, moves):
        """Cover the parts of issued ``moves`` that were fitted to a vehicle.

        Each line of a move, so each serial number, has a coverage of its own. Parts
        without guarantee have none (R-EST-03).

        :param moves: done issue moves, each seen once
        :return: the new coverages
        """
        moves = moves.filtered(
            lambda move: (
                move.aftersales_line_id.ticket_id.vehicle_id
                and not move.aftersales_line_id.no_guarantee
            )
        )
        policies = self._get_held_policies(
            moves.aftersales_line_id.ticket_id.vehicle_id
        )
        vals_list = []
        for move in moves:
            ticket = move.aftersales_line_id.ticket_id
            term = policies[ticket.vehicle_id]._get_part_term(move.product_id)
            if not term:
                continue
            vals = self._prepare_part_vals(move.aftersales_line_id, term)
            if not vals:
                continue
            vals_list += [
                {
                    **vals,
                    "product_id": move.product_id.id,
                    "move_line_id": line.id,
                    "lot_id": line.lot_id.id,
                    "quantity": line.quantity_product_uom,
                    "quantity_fitted": line.quantity_product_uom,
                }
                for line in move.move_line_ids
                if line.quantity_product_uom > 0
            ]
        coverages = self.create(vals_list)
        coverages.replaced_id._settle_part()
        return coverages

    @api.model
    def _prepare_part_vals(self, line, term):
        """Return the values common to the coverages of the parts of a ticket line.

        :param line: the ticket line they were issued for
        :param term: the term of the policy
        """
        ticket, vehicle = line.ticket_id, line.ticket_id.vehicle_id
        zone = ticket.company_id.resource_calendar_id.tz
        date = fields.Date.context_today(self.with_context(tz=zone))
        figures = ticket._get_report_figures()
        vals = self._prepare_term_vals(
            vehicle, term, date, figures["run"], figures["hours_run"]
        )
        replaced = line._get_replaced_coverage()
        if term.rest_only and replaced:
            vals = vals or {"vehicle_id": vehicle.id, "date_start": date}
            vals |= {
                "date_end": replaced.date_end and max(replaced.date_end, date),
                "end_odometer": replaced.end_odometer,
                "end_hours": replaced.end_hours,
                "policy_id": term.policy_id.id,
                "policy_line_id": term.id,
            }
        return vals and {
            **vals,
            "kind": "part",
            "scope": "product",
            "ticket_line_id": line.id,
            "replaced_id": replaced.id if replaced.kind == "part" else False,
        }

    @api.model
    def _reduce_for_return(self, moves):
        """Take back the coverage of parts that came back unused.

        :param moves: the issue moves they had left by
        """
        self.search([("move_line_id.move_id", "in", moves.ids)])._settle_part()

    def _settle_part(self):
        """Say how many of the part are left in the vehicle, and end what has none.

        Issued, less what came back unused, less what was replaced. Told from the
        moves each time: a second call changes nothing.
        """
        parts = self.filtered(lambda coverage: coverage.kind == "part")
        if not parts:
            return
        today = fields.Date.context_today(self)
        issues = parts.move_line_id.move_id
        back = defaultdict(float)
        for move in issues.returned_move_ids.filtered(lambda m: m.state == "done"):
            for line in move.move_line_ids:
                key = (move.origin_returned_move_id, line.lot_id)
                back[key] += line.quantity_product_uom
        coverages = self.search(
            [("move_line_id.move_id", "in", issues.ids)], order="id desc"
        )
        after = self.search([("replaced_id", "in", coverages.ids)]).grouped(
            "replaced_id"
        )
        for coverage in coverages:
            key = (coverage.move_line_id.move_id, coverage.lot_id)
            issued = coverage.move_line_id.quantity_product_uom
            returned = min(back[key], issued)
            back[key] -= returned
            gone = sum(after.get(coverage, self.browse()).mapped("quantity_fitted"))
            fitted = issued - returned
            left = max(fitted - gone, 0.0)
            unit = coverage.product_id.uom_id
            ended = unit.is_zero(left)
            reason = "returned" if unit.is_zero(fitted) else "replaced"
            coverage.write(
                {
                    "quantity_fitted": fitted,
                    "quantity": 0.0 if ended else left,
                    "ended_on": (coverage.ended_on or today) if ended else False,
                    "end_reason": reason if ended else False,
                }
            )
        # What was not replaced after all is covered again.
        (coverages.replaced_id - coverages)._settle_part()
