from odoo import api, fields, models
from odoo.fields import Domain


class FleetVehicleModel(models.Model):
    _inherit = "fleet.vehicle.model"

    aftersales_vehicle_kind = fields.Selection(
        selection=lambda self: self.env["aftersales.vehicle"]._get_kinds(),
        string="Kind for After-Sales",
        help="New vehicle files of this model take it.",
    )
    aftersales_service_interval_months = fields.Integer(
        string="Service Every (Months)", help="0: the company's own default."
    )
    aftersales_service_interval_distance = fields.Float(
        string="Service Every (km)",
        digits=(16, 0),
        help="0: the company's own default.",
    )
    aftersales_warranty_months = fields.Integer(
        string="Warranty (Months)", help="0: the company's own default."
    )
    aftersales_warranty_distance = fields.Float(
        string="Warranty (km)", digits=(16, 0), help="0: the company's own default."
    )
    aftersales_document_url = fields.Char(
        string="Repair Manual",
        help="Where manuals and wiring diagrams of the model are found (R-WORK-03).",
    )

    aftersales_vehicle_count = fields.Integer(
        string="Vehicle Files", compute="_compute_aftersales_vehicle_count"
    )

    _aftersales_figures_positive = models.Constraint(
        "CHECK (aftersales_service_interval_months >= 0 "
        "AND aftersales_service_interval_distance >= 0 "
        "AND aftersales_warranty_months >= 0 "
        "AND aftersales_warranty_distance >= 0)",
        "Intervals and warranty of a vehicle model are 0 (default) or more.",
    )

    def _compute_vehicle_count(self):
        # The catalogue is shared: who keeps it for after-sales need not be allowed to
        # see the company's own fleet.
        if not self.env["fleet.vehicle"].has_access("read"):
            self.vehicle_count = 0
            return None
        return super()._compute_vehicle_count()

    def _compute_aftersales_vehicle_count(self):
        vehicles = self.env["aftersales.vehicle"]
        counts = {}
        if vehicles.has_access("read"):
            counts = dict(
                vehicles._read_group(
                    [("model_id", "in", self.ids)], ["model_id"], ["__count"]
                )
            )
        for model in self:
            model.aftersales_vehicle_count = counts.get(model, 0)

    def action_aftersales_vehicles(self):
        """Open the vehicle files of this model."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vehicles"),
            "res_model": "aftersales.vehicle",
            "view_mode": "list,kanban,form",
            "domain": [("model_id", "=", self.id)],
            "context": {"default_model_id": self.id},
        }

    @api.model
    def _search_display_name(self, operator, value):
        """Also find "Brand/Model", which is how a model is written everywhere."""
        domain = super()._search_display_name(operator, value)
        if domain is NotImplemented:
            return domain
        # Equality comes as "in" with all the names that are looked for at once.
        several = operator == "in"
        pairs = [
            self._aftersales_split_name(name)
            for name in (value if several else [value])
        ]
        one = "=" if several else operator
        return Domain(domain) | Domain.OR(
            Domain("brand_id.name", one, brand) & Domain("name", one, model)
            for brand, model in pairs
            if model
        )

    @api.model
    def name_create(self, name):
        """Make "Brand/Model" with its brand when that is new, so that a list of
        vehicles can be imported before the catalogue exists."""
        brand_name, model_name = self._aftersales_split_name(name)
        if not model_name:
            return super().name_create(name)
        brands = self.env["fleet.vehicle.model.brand"]
        brand = brands.search([("name", "=ilike", brand_name)], limit=1)
        brand = brand or brands.create({"name": brand_name})
        model = self.create({"name": model_name, "brand_id": brand.id})
        return model.id, model.display_name

    @api.model
    def _aftersales_split_name(self, name):
        """Return the brand and the model of "Brand/Model", or two empty strings."""
        if not isinstance(name, str) or "/" not in name:
            return "", ""
        brand, model = (part.strip() for part in name.split("/", 1))
        return (brand, model) if brand and model else ("", "")
