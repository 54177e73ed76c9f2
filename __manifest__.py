{
    "name": "After-Sales",
    "summary": "Vehicle after-sales service from the report to the follow-up call",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "license": "LGPL-3",
    "author": "After-Sales contributors",
    "application": True,
    "depends": [
        "calendar",
        "fleet",
        "hr_expense",
        "portal",
        "rating",
        "sale_management",
        "sale_stock",
    ],
    "external_dependencies": {"python": ["vininfo"]},
    "data": [
        # Rights first: every other file may name a group.
        "security/aftersales_groups.xml",
        "security/ir.model.access.csv",
        "views/res_config_settings_views.xml",
        # Menus that the view files hang their own entries on.
        "views/aftersales_menus.xml",
    ],
    "demo": [],
    "assets": {},
}
