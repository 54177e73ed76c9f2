"""What the addon leaves behind when it is taken off a running database."""

from odoo.tools import SQL

from .models.res_company_parts import PARTS_LOCATIONS
from .models.stock_warehouse import PARTS_TYPES


def uninstall_hook(env):
    """Archive what must stay for the sake of its history, so that stock works on.

    What goes is untied first: Odoo deletes shipped records, such as policies, while
    the tickets that point at them still stand.
    """
    _archive_parts_types(env)
    _keep_used_products(env)
    _delete_activities(env)
    _untie_rows(env)
    # It keeps agreed statements; with it go its triggers.
    env.cr.execute("DROP FUNCTION IF EXISTS aftersales_statement_frozen CASCADE")


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


def _get_shipped(env, model):
    """Return the external ids of the records of ``model`` that the addon ships."""
    return env["ir.model.data"].search(
        [("module", "=", "aftersales"), ("model", "=", model)]
    )


def _keep_used_products(env):
    """Archive shipped products that stand on orders or invoices; they are history."""
    shipped = _get_shipped(env, "product.product")
    products = env["product.product"].browse(shipped.mapped("res_id")).exists()
    used = (
        env["sale.order.line"].search([("product_id", "in", products.ids)]).product_id
        | env["account.move.line"]
        .search([("product_id", "in", products.ids)])
        .product_id
    )
    used.action_archive()
    shipped.filtered(lambda data: data.res_id in used.ids).unlink()
    # Odoo names the template of a shipped product, too.
    _get_shipped(env, "product.template").filtered(
        lambda data: data.res_id in used.product_tmpl_id.ids
    ).unlink()


def _delete_activities(env):
    """Delete the activities of our kinds: a kind in use cannot be deleted."""
    shipped = _get_shipped(env, "mail.activity.type")
    env["mail.activity"].with_context(active_test=False).search(
        [("activity_type_id", "in", shipped.mapped("res_id"))]
    ).unlink()


def _untie_rows(env):
    """Drop the foreign keys of our own tables that keep shipped records in place.

    In normal life they protect a policy or a check sheet that is in use; here the
    tables on both ends go.
    """
    env.flush_all()
    env.cr.execute(
        r"""
        SELECT conrelid::regclass::text, conname
          FROM pg_constraint
         WHERE contype = 'f'
           AND confdeltype IN ('r', 'a')
           AND conrelid::regclass::text LIKE 'aftersales\_%'
        """
    )
    for table, constraint in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )
