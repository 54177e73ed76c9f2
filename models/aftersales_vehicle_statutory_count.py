from collections import defaultdict

from odoo import models

from .aftersales_vehicle_statutory import SHOP_MODES


class AftersalesVehicle(models.Model):
    """How each kind of limit is counted (R-BEY-04).

    ``_count_<kind>(repairs)`` returns rows of ``key``, ``subject``, ``value`` and the
    counted tickets; ``repairs`` are those within the rule's time and distance.
    """

    _inherit = "aftersales.vehicle"

    def _count_early_assembly(self, repairs):
        return self._count_assembly(repairs)

    def _count_early_severe(self, repairs):
        severe = repairs.filtered(lambda ticket: ticket._is_severe())
        return [("", "", len(severe), severe)]

    def _count_safety_repair(self, repairs):
        severe = repairs.filtered(lambda ticket: ticket._is_severe())
        # A repair was unsuccessful when another severe fault followed it.
        return [("", "", max(len(severe) - 1, 0), severe)]

    def _count_assembly(self, repairs):
        template = self.env["product.template"]
        labels = dict(
            template._fields["aftersales_main_assembly"]._description_selection(
                self.env
            )
        )
        found = defaultdict(lambda: (0, repairs.browse()))
        for ticket in repairs:
            for line in ticket._get_statutory_lines():
                assembly = line.product_id.aftersales_main_assembly
                if assembly and line.qty_used > 0:
                    times, tickets = found[assembly]
                    found[assembly] = (times + 1, tickets | ticket)
        return [(key, labels[key], *value) for key, value in found.items()]

    def _count_part(self, repairs):
        found = defaultdict(lambda: (0, repairs.browse()))
        for ticket in repairs:
            for line in ticket._get_statutory_lines():
                if line.product_id.aftersales_main_part and line.qty_used > 0:
                    times, tickets = found[line.product_id]
                    found[line.product_id] = (times + 1, tickets | ticket)
        return [
            (str(product.id), product.display_name, *value)
            for product, value in found.items()
        ]

    def _count_repair_days(self, repairs):
        stays = repairs.filtered(lambda ticket: ticket.service_mode in SHOP_MODES)
        days = sum(ticket._get_repair_days() for ticket in stays)
        return [("", "", days, stays)]

    def _count_same_fault(self, repairs):
        found = defaultdict(repairs.browse)
        for ticket in repairs:
            for fault in ticket.fault_code_ids:
                found[fault] |= ticket
        return [
            (str(fault.id), fault.complete_name, len(tickets), tickets)
            for fault, tickets in found.items()
        ]

    def _count_long_repair(self, repairs):
        return [
            (str(ticket.id), ticket.name, ticket._get_repair_days(), ticket)
            for ticket in repairs
            if ticket.service_mode in SHOP_MODES
        ]
