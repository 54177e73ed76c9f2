{
    "name": "After-Sales: Purchase",
    "summary": "Parts of tickets bought on demand, traced from the order to the slip",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "license": "LGPL-3",
    "author": "After-Sales contributors",
    "depends": ["aftersales", "purchase_stock"],
    "auto_install": True,
    "data": [
        "views/purchase_order_views.xml",
        "views/aftersales_ticket_views.xml",
    ],
}
