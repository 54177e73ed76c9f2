from odoo import api, models
from odoo.fields import Domain

from .aftersales_ticket import STATES

# Up to so many vehicles are looked up first; PostgreSQL then goes through the index of
# the tickets' vehicles. Beyond, the search is vague and one pass over all is as good.
MOST_VEHICLES = 1000
# What the names shown in a list are made of. Reading a name fetches all columns of its
# record otherwise, some hundred of a customer.
NAMES_OF = ("partner_id", "contact_id", "vehicle_id", "advisor_id", "technician_id")
NAME_FIELDS = {
    "res.partner": (
        "name",
        "is_company",
        "parent_id",
        "company_name",
        "commercial_company_name",
        "type",
        "active",
    ),
    "res.users": ("partner_id", "active"),
    "aftersales.vehicle": ("vin", "serial_number", "license_plate", "model_id"),
    "fleet.vehicle.model": ("name", "brand_id"),
    "fleet.vehicle.model.brand": ("name",),
}


class AftersalesTicket(models.Model):
    """Lists of tickets, and finding one by part of its or its vehicle's numbers."""

    _inherit = "aftersales.ticket"

    @api.model
    def _search_display_name(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        Vehicle = self.env["aftersales.vehicle"].with_context(active_test=False)
        vehicles = value and Vehicle.search(
            Domain.OR(
                Domain(fname, operator, value)
                for fname in ("vin", "serial_number", "license_plate")
            ),
            limit=MOST_VEHICLES + 1,
            order="id",
        )
        if not value or len(vehicles) > MOST_VEHICLES:
            return super()._search_display_name(operator, value)
        found = Domain("name", operator, value)
        if vehicles:
            found |= Domain("vehicle_id", "in", vehicles.ids)
        return found

    @api.model
    def _group_expand_state(self, states, domain):
        """Return the states of a grouped view in the order of the way."""
        return [state for state, __ in STATES if state in states]

    @api.readonly
    def web_read(self, specification):
        names = [name for name in NAMES_OF if name in specification]
        if names and len(self) > 1:
            self._fetch_names(names)
        return super().web_read(specification)

    def _fetch_names(self, fnames):
        """Fetch what the names of the records in the fields ``fnames`` are made of."""
        self.fetch(fnames)
        # sudo: names are shown to whoever sees the ticket, as for every Many2one
        todo = [self.sudo()[fname] for fname in fnames]
        while todo:
            records = todo.pop()
            names = NAME_FIELDS[records._name]
            records.fetch(names)
            todo += [
                records[name]
                for name in names
                if name != "parent_id" and records._fields[name].type == "many2one"
            ]
