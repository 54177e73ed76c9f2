"""What an installation on a running database sets up, and what it leaves behind."""

from .models.res_company_parts import PARTS_LOCATIONS
from .models.stock_warehouse import PARTS_TYPES


def post_init_hook(env):
    """Give every company and warehouse that exists already what new ones get."""
    _create_parts_locations(env)
    _create_parts_types(env)


def uninstall_hook(env):
    """Archive what must stay for the sake of its history, so that stock works on."""
    _archive_parts_types(env)


def _create_parts_locations(env):
    for company in env["res.company"].search([]):
        for kind in PARTS_LOCATIONS:
            company._get_aftersales_location(kind)


def _create_parts_types(env):
    warehouses = env["stock.warehouse"].with_context(active_test=False)
    for warehouse in warehouses.search([("aftersales_issue_type_id", "=", False)]):
        values = warehouse._create_or_update_sequences_and_picking_types()
        if values:
            warehouse.write(values)


def _archive_parts_types(env):
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    types = env["stock.picking.type"]
    for fname in PARTS_TYPES:
        types |= warehouses[fname]
    open_slips = env["stock.picking"].search(
        [("picking_type_id", "in", types.ids), ("state", "not in", ("done", "cancel"))]
    )
    open_slips.action_cancel()
    types.action_archive()
    # What is in custody or in the zone for old parts is still there: a location is
    # archived only when it is empty.
    companies = env["res.company"].search([])
    for kind in PARTS_LOCATIONS:
        locations = companies[env["res.company"]._aftersales_location_field(kind)]
        used = env["stock.quant"].search(
            [("location_id", "in", locations.ids), ("quantity", "!=", 0)]
        )
        (locations - used.location_id).action_archive()
