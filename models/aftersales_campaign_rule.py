from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import vin as vin_tools


class AftersalesCampaign(models.Model):
    """Which vehicles a campaign concerns: by rule and by list (R-BEY-08)."""

    _inherit = "aftersales.campaign"

    # The rule: all that is given must hold; the list adds single vehicles
    model_ids = fields.Many2many("fleet.vehicle.model", string="Models")
    product_tmpl_ids = fields.Many2many(
        "product.template",
        string="Vehicle Products",
        check_company=True,
        domain="[('aftersales_is_vehicle', '=', True)]",
    )
    vin_from = fields.Char("VIN from", size=vin_tools.LENGTH)
    vin_to = fields.Char("VIN to", size=vin_tools.LENGTH)
    serial_from = fields.Char("Serial number from")
    serial_to = fields.Char("Serial number to")
    delivered_from = fields.Date()
    delivered_to = fields.Date()
    number_list = fields.Text(
        "List of Numbers",
        copy=False,
        help="VINs or serial numbers, one a line, as the maker sends them.",
    )
    unknown_numbers = fields.Text(
        compute="_compute_unknown_numbers",
        help="Listed, but no vehicle file has this number yet. When one is made, "
        "the vehicle joins the campaign by itself.",
    )

    @api.depends("number_list", "vehicle_ids")
    def _compute_unknown_numbers(self):
        for campaign in self:
            vehicles = campaign.vehicle_ids.vehicle_id
            known = set(vehicles.mapped("vin")) | set(vehicles.mapped("serial_number"))
            campaign.unknown_numbers = "\n".join(
                number for number in campaign._get_numbers() if number not in known
            )

    def write(self, vals):
        result = super().write(vals)
        if "number_list" in vals:
            self.filtered(lambda campaign: campaign.state == "running")._add_vehicles()
        return result

    def _get_numbers(self):
        """Return the numbers of the list, written like those of the files."""
        self.ensure_one()
        numbers = (vin_tools.normalize(n) for n in (self.number_list or "").split())
        return list(dict.fromkeys(filter(None, numbers)))

    def _get_vehicle_domain(self):
        """Return which vehicle files the campaign concerns, by its rule and its list.

        All of the rule that is filled in must hold; an empty rule concerns none.
        """
        self.ensure_one()
        rule = Domain.TRUE
        if self.model_ids:
            rule &= Domain("model_id", "in", self.model_ids.ids)
        if self.product_tmpl_ids:
            rule &= Domain(
                "product_id.product_tmpl_id", "in", self.product_tmpl_ids.ids
            )
        for fname, low, high in (
            ("vin", self.vin_from, self.vin_to),
            ("serial_number", self.serial_from, self.serial_to),
            ("delivery_date", self.delivered_from, self.delivered_to),
        ):
            if low:
                rule &= Domain(fname, ">=", low)
            if high:
                rule &= Domain(fname, "<=", high)
        if rule.is_true():
            rule = Domain.FALSE
        numbers = self._get_numbers()
        listed = Domain("vin", "in", numbers) | Domain("serial_number", "in", numbers)
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "!=", "scrapped")
            & (rule | listed)
        )

    def _add_vehicles(self, vehicles=None):
        """Take up the vehicles that the campaign concerns and does not hold yet.

        :param vehicles: look among these only; None: among all
        :return: the new rows (aftersales.campaign.vehicle)
        """
        # sudo: vehicles join by rule, whoever made their file or pressed the button
        Row = self.env["aftersales.campaign.vehicle"].sudo()
        rows = Row.browse()
        for campaign in self:
            domain = campaign._get_vehicle_domain() & Domain(
                "campaign_vehicle_ids", "not any", [("campaign_id", "=", campaign.id)]
            )
            if vehicles is not None:
                domain &= Domain("id", "in", vehicles.ids)
            found = self.env["aftersales.vehicle"].sudo().search(domain)
            rows |= Row.create(
                [
                    {"campaign_id": campaign.id, "vehicle_id": vehicle.id}
                    for vehicle in found
                ]
            )
        return rows

    def action_find_vehicles(self):
        """Take up all vehicles of rule and list now (R-BEY-08).

        :raises UserError: when neither names a vehicle
        """
        self._check_role("quality")
        self.check_access("write")
        self._check_state("draft", "running")
        self._add_vehicles()
        for campaign in self:
            if not campaign.vehicle_count:
                raise UserError(
                    self.env._(
                        "Campaign %(campaign)s concerns no vehicle. Give it a rule "
                        "(models, numbers, days of delivery) or a list of numbers.",
                        campaign=campaign.display_name,
                    )
                )
        return True
