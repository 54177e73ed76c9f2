from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_statutory_counter import ORDER

SHOP_MODES = ("workshop", "factory")


class AftersalesVehicle(models.Model):
    """What the law counts for a household vehicle (R-BEY-04)."""

    _inherit = "aftersales.vehicle"

    is_household = fields.Boolean(
        "Household Vehicle",
        compute="_compute_is_household",
        store=True,
        readonly=False,
        precompute=True,
        help="Bought for living, not for business: the law counts its repairs.",
    )
    purchase_price = fields.Monetary(
        currency_field="purchase_currency_id",
        help="What the owner paid, with tax: the base of the deduction for use.",
    )
    purchase_currency_id = fields.Many2one(related="company_id.currency_id")
    statutory_counter_ids = fields.One2many(
        "aftersales.statutory.counter", "vehicle_id", string="Statutory Counters"
    )
    statutory_state = fields.Selection(
        [("normal", "Normal"), ("watch", "Watch"), ("due", "Reached")],
        string="Statutory Limits",
        compute="_compute_statutory_state",
        store=True,
        index="btree_not_null",
        help="The nearest of all limits that the law counts.",
    )
    use_deduction = fields.Monetary(
        "Deduction for Use",
        currency_field="purchase_currency_id",
        compute="_compute_use_deduction",
        help="What may be kept for the use until today when the vehicle is given back, "
        "at the most.",
    )

    @api.depends("vehicle_kind")
    def _compute_is_household(self):
        for vehicle in self:
            vehicle.is_household = vehicle.is_household or (
                vehicle.vehicle_kind == "car"
                and not vehicle.partner_id.commercial_partner_id.is_company
            )

    @api.depends("statutory_counter_ids.state")
    def _compute_statutory_state(self):
        for vehicle in self:
            states = vehicle.statutory_counter_ids.mapped("state")
            vehicle.statutory_state = max(states, key=ORDER.index, default=False)

    @api.depends("purchase_price", "odometer", "odometer_offset", "sale_date")
    def _compute_use_deduction(self):
        rules = self._get_statutory_rules().filtered(
            lambda rule: rule.kind == "deduction"
        )
        for vehicle in self:
            rate = rules._get_for(vehicle)[:1].limit / 100.0
            unit = vehicle._from_km(1000)
            run = vehicle.odometer + vehicle.odometer_offset
            vehicle.use_deduction = vehicle.purchase_currency_id.round(
                vehicle.purchase_price * min(rate * run / unit, 1.0)
            )

    def _get_statutory_rules(self):
        """Return the limits that the companies of these vehicles go by."""
        # sudo: shared rules of the law; what is read are limits
        rules = self.env["aftersales.statutory.rule"].sudo()
        return rules.search([("company_id", "in", [False, *self.company_id.ids])])

    def write(self, vals):
        result = super().write(vals)
        if {"is_household", "sale_date", "delivery_date"} & vals.keys():
            self._recount_statutory()
        return result

    # -- Counting ----------------------------------------------------------------------

    def _recount_statutory(self):
        """Count the repairs of these vehicles anew, for each limit of the law.

        Counted are tickets with agreed warranty work without human cause. A repair
        that takes less than a day counts as one.
        """
        # sudo: all repairs count, whoever may read their tickets
        vehicles = self.sudo().filtered(
            lambda vehicle: vehicle.is_household or vehicle.statutory_state
        )
        if not vehicles:
            return
        rules = vehicles._get_statutory_rules()
        tickets = (
            self.env["aftersales.ticket"]
            .sudo()
            .search(
                [
                    ("vehicle_id", "in", vehicles.filtered("is_household").ids),
                    ("state", "not in", ("new", "cancelled")),
                ],
                order="reported_at, id",
            )
        )
        by_vehicle = tickets.filtered(
            lambda ticket: ticket._get_statutory_lines()
        ).grouped("vehicle_id")
        counters = self.env["aftersales.statutory.counter"]
        for vehicle in vehicles:
            repairs = by_vehicle.get(vehicle, tickets.browse())
            counts = {}
            if vehicle.is_household:
                for rule in rules._get_for(vehicle):
                    counts.update(vehicle._count_statutory(rule, repairs))
            counters._set_counts(vehicle, counts)

    def _count_statutory(self, rule, repairs):
        """Return what ``rule`` counts among ``repairs``.

        :return: {(rule, key): (subject, value, tickets)}
        """
        self.ensure_one()
        count = getattr(self, f"_count_{rule.kind}", None)
        if not count:
            return {}
        within = repairs.filtered(
            lambda ticket: rule._is_within(
                self,
                fields.Datetime.context_timestamp(ticket, ticket.reported_at).date(),
                ticket.odometer,
            )
        )
        return {
            (rule, key): (subject, value, tickets)
            for key, subject, value, tickets in count(within)
            if value
        }

    # -- Scheduled and buttons ---------------------------------------------------------

    @api.model
    def _cron_count_statutory(self):
        """Count the days of vehicles that stand in the workshop (R-BEY-04).

        Commits after each vehicle; counting again gives the same, so a run that was
        killed is simply run again.
        """
        todo = self.search(
            [
                ("is_household", "=", True),
                (
                    "ticket_ids",
                    "any",
                    [
                        ("state", "not in", ("new", "closed", "cancelled")),
                        ("service_mode", "in", SHOP_MODES),
                    ],
                ),
            ]
        ).ids
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        for vehicle_id in todo:
            self.browse(vehicle_id)._recount_statutory()
            if not cron._commit_progress(1):
                break

    def action_open_statutory(self):
        """Open what the law counts for this vehicle (smart button)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales.statutory_counter_action"
        )
        action["domain"] = [("vehicle_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_print_statutory(self):
        """Print the sheet with each counted repair (R-BEY-04).

        :raises UserError: for a vehicle that the law does not count
        """
        for vehicle in self:
            if not vehicle.is_household:
                raise UserError(
                    self.env._(
                        "%(vehicle)s is no household vehicle: the law counts none of "
                        "its repairs.",
                        vehicle=vehicle.display_name,
                    )
                )
        return self.env.ref("aftersales.action_report_statutory").report_action(self)
