"""One stage of scripts/check_install, run in Odoo's shell (it gives ``env``).

Leaves a picture of orders, transfers, stock and ledger in the file $PICTURE.
"""

# ruff: noqa: F821 - the shell gives env

import json
import os

stage = os.environ["STAGE"]


def part():
    product = env["product.product"].search([("default_code", "=", "CHK")], limit=1)
    if not product:
        product = env["product.product"].create(
            {
                "name": "Checked part",
                "default_code": "CHK",
                "type": "consu",
                "is_storable": True,
                "list_price": 100.0,
                "standard_price": 60.0,
                "invoice_policy": "order",
            }
        )
        warehouse = env["stock.warehouse"].search([], limit=1)
        env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, 50
        )
    return product


def sell(quantity):
    """A plain sale: order, delivery, invoice, each as Odoo does it by itself."""
    partner = env["res.partner"].create({"name": f"Buyer of {quantity}"})
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [
                (0, 0, {"product_id": part().id, "product_uom_qty": quantity})
            ],
        }
    )
    order.action_confirm()
    assert len(order.picking_ids) == 1, "a sale makes one delivery"
    picking = order.picking_ids
    picking.move_ids.write({"quantity": quantity, "picked": True})
    picking.button_validate()
    assert picking.state == "done"
    invoice = order._create_invoices()
    invoice.action_post()
    assert order.order_line.qty_delivered == order.order_line.qty_invoiced == quantity
    assert order.invoice_status == "invoiced"
    return order


def use_the_addon():
    """A ticket whose part leaves on its own slip, on credit, and is invoiced."""
    buyer = env["res.partner"].create({"name": "Owner"})
    vehicle = env["aftersales.vehicle"].create(
        {"serial_number": "CHK-1", "partner_id": buyer.id}
    )
    ticket = env["aftersales.ticket"].create(
        {
            "partner_id": buyer.id,
            "vehicle_id": vehicle.id,
            "complaint": "Checked",
            "technician_id": env.uid,
        }
    )
    ticket.action_assign()
    ticket.write({"cause": "Checked", "diagnosis_consent_by": "Owner"})
    ticket.action_diagnose()
    env["aftersales.ticket.line"].create(
        {"ticket_id": ticket.id, "product_id": part().id}
    )
    ticket.action_quote()
    ticket._approve("Owner", "phone")
    ticket.action_request_parts()
    assert ticket.picking_ids
    # A second one leaves after the diagnosis; its fee is on the books.
    fee = env.ref("aftersales.product_diagnosis_fee")
    fee.list_price = 20.0
    second = ticket.copy({"complaint": "Checked, too dear", "technician_id": env.uid})
    second.action_assign()
    second.write({"cause": "Checked", "diagnosis_consent_by": "Owner"})
    second.action_diagnose()
    second.action_charge_diagnosis_fee()
    second.action_invoice()
    assert second.invoice_ids.state == "posted"


def picture():
    """Everything an accountant or keeper would see, of what does not name the addon."""

    def read(model, fields, domain=()):
        rows = env[model].search([*domain], order="id").read(fields)
        return [[str(row[name]) for name in fields] for row in rows]

    return {
        "orders": read("sale.order", ["id", "name", "state", "amount_total"]),
        "lines": read(
            "sale.order.line",
            ["id", "product_uom_qty", "qty_delivered", "qty_invoiced"],
        ),
        "moves": read("stock.move", ["id", "state", "quantity"]),
        "stock": read("stock.quant", ["id", "quantity"]),
        "entries": read("account.move", ["id", "name", "state", "payment_state"]),
        "ledger": read("account.move.line", ["id", "debit", "credit"]),
        "policy": part().invoice_policy,
    }


if stage == "trade":
    sell(3)
elif stage == "use":
    use_the_addon()
    env["stock.picking"].search(
        [("aftersales_ticket_id", "!=", False), ("state", "!=", "done")]
    ).action_cancel()
elif stage == "uninstall":
    module = env["ir.module.module"].search([("name", "=", "aftersales")])
    module.button_immediate_uninstall()
elif stage == "go_on":
    sell(4)
if stage != "uninstall":
    result = picture()
    env.cr.commit()
else:
    result = "uninstalled"
with open(os.environ["PICTURE"], "w", encoding="utf-8") as file:
    json.dump(result, file, indent=1)
