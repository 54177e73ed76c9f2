from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import vin as vin_tools


class AftersalesVehicle(models.Model):
    _name = "aftersales.vehicle"
    _description = "Vehicle"
    _inherit = ["mail.thread", "mail.activity.mixin", "aftersales.failure.mixin"]
    _order = "id desc"
    _rec_names_search = ["vin", "license_plate", "serial_number", "engine_number"]
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("active", "In Use"), ("sold", "Sold On"), ("scrapped", "Scrapped")],
        default="active",
        required=True,
        tracking=True,
        help="Sold on: the customer has parted with it and the new owner is not "
        "known yet. Scrapped: gone for good. Neither gets reminders.",
    )

    # What it is
    vin = fields.Char(
        string="VIN",
        size=vin_tools.LENGTH,
        index="trigram",
        tracking=True,
        copy=False,
        help="17 characters without I, O and Q. Spaces are dropped, letters raised.",
    )
    serial_number = fields.Char(
        index="trigram",
        copy=False,
        help="For machines and equipment that carry no VIN.",
    )
    license_plate = fields.Char(index="trigram", tracking=True, copy=False)
    engine_number = fields.Char(index="trigram", copy=False)
    vehicle_kind = fields.Selection(
        selection=lambda self: self._get_kinds(),
        compute="_compute_vehicle_kind",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    model_id = fields.Many2one("fleet.vehicle.model", index=True, ondelete="restrict")
    brand_id = fields.Many2one(related="model_id.brand_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="What was sold, when it came from the company's own stock.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot/Serial Number",
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="restrict",
        domain="[('product_id', '=', product_id)]",
    )

    # Whose it is
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        ondelete="restrict",
    )
    driver_id = fields.Many2one(
        "res.partner",
        string="End User",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        help="Who uses it from day to day, when that is not the owner.",
    )
    dealer_id = fields.Many2one(
        "res.partner", index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets the reminders of this vehicle, before the customer's designated "
        "person and the company's custodian of files.",
    )
    sale_date = fields.Date()
    delivery_date = fields.Date(copy=False)
    service_card_number = fields.Char(copy=False)
    note = fields.Html(string="Notes", groups="base.group_user")

    duplicate_ids = fields.Many2many(
        "aftersales.vehicle",
        string="Possible Duplicates",
        compute="_compute_duplicate_ids",
        help="Files of the company that bear the same plate, VIN or engine number.",
    )

    _identity_required = models.Constraint(
        "CHECK (vin IS NOT NULL OR serial_number IS NOT NULL)",
        "A vehicle needs its VIN; a machine without one needs its serial number. "
        "Fill in one of the two.",
    )
    _vin_format = models.Constraint(
        "CHECK (vin ~ '^[A-HJ-NPR-Z0-9]{17}$')",
        "A VIN has 17 characters: digits and capital letters other than I, O and Q.",
    )
    _company_vin_uniq = models.UniqueIndex(
        "(company_id, vin) WHERE active AND vin IS NOT NULL",
        "There is already a file for a vehicle with this VIN. One vehicle, one file: "
        "open that file instead.",
    )
    _company_serial_uniq = models.UniqueIndex(
        "(company_id, COALESCE(product_id, 0), serial_number) "
        "WHERE active AND serial_number IS NOT NULL",
        "There is already a file for this serial number of this product. "
        "One machine, one file: open that file instead.",
    )

    # ------------------------------------------------------------------ computes

    @api.model
    def _get_kinds(self):
        """Return the kinds of vehicle; also used by the catalogue of models."""
        return [
            ("car", self.env._("Car")),
            ("van", self.env._("Van")),
            ("truck", self.env._("Truck")),
            ("bus", self.env._("Bus")),
            ("motorcycle", self.env._("Motorcycle")),
            ("tricycle", self.env._("Tricycle")),
            ("trailer", self.env._("Trailer")),
            ("special", self.env._("Special Vehicle")),
            ("machine", self.env._("Machine")),
            ("other", self.env._("Other")),
        ]

    @api.depends("vin", "serial_number", "license_plate", "model_id")
    def _compute_display_name(self):
        # sudo: the catalogue of models is closed to portal customers, its names are not
        for vehicle, named in zip(self, self.sudo(), strict=True):
            model_name = named.model_id.display_name
            number = vehicle.vin or vehicle.serial_number
            parts = filter(None, [vehicle.license_plate, model_name, number])
            vehicle.display_name = " · ".join(parts)

    @api.depends("model_id")
    def _compute_vehicle_kind(self):
        for vehicle in self:
            vehicle.vehicle_kind = (
                vehicle.model_id.aftersales_vehicle_kind or vehicle.vehicle_kind
            )

    @api.depends("vin", "license_plate", "engine_number", "company_id")
    def _compute_duplicate_ids(self):
        self.duplicate_ids = False
        keys = {
            name: {vehicle[name] for vehicle in self if vehicle[name]}
            for name in ("vin", "license_plate", "engine_number")
        }
        found = self.search(
            Domain.OR(Domain(name, "in", values) for name, values in keys.items())
        )
        for vehicle in self:
            vehicle.duplicate_ids = found.filtered(
                lambda other, vehicle=vehicle: (
                    other != vehicle._origin
                    and other.company_id == vehicle.company_id
                    and any(
                        vehicle[name] and vehicle[name] == other[name] for name in keys
                    )
                )
            )

    # ------------------------------------------------------------------ onchange

    @api.onchange("vin", "license_plate", "serial_number", "engine_number")
    def _onchange_numbers(self):
        for name in ("vin", "license_plate", "serial_number", "engine_number"):
            self[name] = self._normalize_number(name, self[name])

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id.aftersales_model_id:
            self.model_id = self.product_id.aftersales_model_id

    # ---------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_identity_vals(vals) for vals in vals_list]
        default_company = self.env.company.id
        self._refuse_duplicates(
            [
                (vals.get("company_id") or default_company, vals.get("vin"))
                for vals in vals_list
                if vals.get("active", True) and vals.get("vin")
            ]
        )
        return super().create(vals_list)

    def write(self, vals):
        vals = self._prepare_identity_vals(vals)
        if vals.get("vin") or vals.get("active") or vals.get("company_id"):
            self._refuse_duplicates(
                [
                    (
                        vals.get("company_id") or vehicle.company_id.id,
                        vals.get("vin", vehicle.vin),
                    )
                    for vehicle in self
                    if vals.get("active", vehicle.active)
                    and vals.get("vin", vehicle.vin)
                ],
                ignore=self,
            )
        return super().write(vals)

    # ------------------------------------------------------------------- actions

    def action_open_duplicates(self):
        """Open the files that look like this one (R-CUST-05)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Possible Duplicates"),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", self.duplicate_ids.ids)],
        }

    def action_open_lot(self):
        """Open the serial number of the company's own stock."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.lot",
            "res_id": self.lot_id.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------- helpers

    @api.model
    def _normalize_number(self, name, value):
        """Return the number as it is stored, False for an empty one."""
        if not value:
            return False
        if name in ("vin", "license_plate"):
            return vin_tools.normalize(value) or False
        return value.strip() or False

    @api.model
    def _prepare_identity_vals(self, vals):
        """Return a copy of ``vals`` with clean numbers.

        :raise ValidationError: a VIN that must be refused (R-BEY-01)
        """
        vals = dict(vals)
        for name in ("vin", "license_plate", "serial_number", "engine_number"):
            if name in vals:
                vals[name] = self._normalize_number(name, vals[name])
        if vals.get("vin"):
            problem = vin_tools.find_problem(vals["vin"])
            if problem and problem.binding:
                raise ValidationError(self._describe_vin_problem(vals["vin"], problem))
        return vals

    @api.model
    def _refuse_duplicates(self, keys, ignore=None):
        """Refuse VINs that already have a file in use, or that come twice.

        One query for the whole batch; the unique index is the last line.

        :param keys: list of (company id, normalised VIN)
        :param ignore: vehicles that are being written themselves
        :raise ValidationError: names the file that exists (R-CUST-05)
        """
        if not keys:
            return
        seen = set()
        for key in keys:
            if key in seen:
                raise ValidationError(
                    self.env._(
                        "VIN %(vin)s comes twice. One vehicle, one file: "
                        "leave one out.",
                        vin=key[1],
                    )
                )
            seen.add(key)
        existing = self.search_fetch(
            [
                ("active", "=", True),
                ("company_id", "in", [company_id for company_id, __ in seen]),
                ("vin", "in", [number for __, number in seen]),
                ("id", "not in", ignore.ids if ignore else []),
            ],
            ["company_id", "vin", "partner_id"],
        )
        for vehicle in existing:
            if (vehicle.company_id.id, vehicle.vin) in seen:
                raise ValidationError(self._describe_duplicate(vehicle))

    @api.model
    def _describe_duplicate(self, vehicle):
        """Return the text that sends a person to the file that exists (R-CUST-05)."""
        return self.env._(
            "VIN %(vin)s already has a file: %(vehicle)s, owner %(owner)s. One "
            "vehicle, one file: open that; if the owner has changed, transfer it.",
            vin=vehicle.vin,
            vehicle=vehicle.display_name,
            owner=vehicle.partner_id.display_name,
        )

    def _check_user_match(self, partner):
        """Tell whether a person may speak for this vehicle (R-CUST-10).

        :param partner: the person or company named in a service
        :return: "" when it is the owner, the end user, the dealer or one of their
            people; else the text of the warning
        """
        self.ensure_one()
        known = self.partner_id | self.driver_id | self.dealer_id
        if not partner or partner.commercial_partner_id in known.commercial_partner_id:
            return ""
        return self.env._(
            "%(person)s is not in the file of %(vehicle)s: its owner is %(owner)s, "
            "its end user %(user)s. Check who is calling, or transfer the vehicle.",
            person=partner.display_name,
            vehicle=self.display_name,
            owner=self.partner_id.display_name,
            user=self.driver_id.display_name or self.env._("not known"),
        )
