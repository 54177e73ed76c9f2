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
        "security/vehicle_rules.xml",
        "data/ir_cron_vehicle.xml",
        "data/mail_activity_type_vehicle.xml",
        "views/res_config_settings_views.xml",
        # Frame of the printed forms, called by all of them.
        "reports/report_layout.xml",
        # Menus that the view files hang their own entries on.
        "views/aftersales_menus.xml",
        "views/aftersales_service_bom_views.xml",
        "views/aftersales_vehicle_reading_views.xml",
        "views/aftersales_vehicle_recommendation_views.xml",
        "views/aftersales_vehicle_views.xml",
        "views/fleet_vehicle_model_views.xml",
        "views/product_template_vehicle_views.xml",
        "views/res_partner_vehicle_views.xml",
        "wizards/aftersales_vehicle_transfer_views.xml",
    ],
    "demo": [],
    "assets": {
        "web.report_assets_common": ["aftersales/static/src/reports/**/*"],
    },
}
