# Read by `odoo shell`; `env` is its environment. What a test bundles is rolled back
# with it, so that each class of browser tests and prints would bundle anew.
# ruff: noqa: F821
for name, css, js in (
    ("web.assets_web", True, True),
    ("web.assets_tests", False, True),
    ("web.assets_frontend", True, False),
    ("web.assets_frontend_minimal", False, True),
    ("web.assets_frontend_lazy", False, True),
    ("web.report_assets_common", True, False),
    ("web.report_assets_pdf", True, False),
):
    bundle = env["ir.qweb"]._get_asset_bundle(
        name, css=css, js=js, autoprefix="report" in name
    )
    if css:
        bundle.css()
    if js:
        bundle.js()
env.cr.commit()
