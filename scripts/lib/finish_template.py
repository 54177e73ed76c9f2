# Read by `odoo shell` once the dependencies are installed; `env` is its environment.
# ruff: noqa: F821
company = env.ref("base.main_company")
# Demo data loads a chart of accounts; without it nobody does.
if not company.chart_template:
    env["account.chart.template"].try_loading(
        "generic_coa", company=company, install_demo=False
    )
params = env["ir.config_parameter"].sudo()
# One second per sheet is Odoo's default; pages here have no scripts to wait for.
params.set_param("report.print_delay", "200")
# The first would ask a server on the internet. The second fails whenever it finds
# reorder rules (Odoo 19.0 updates them from two cursors of one run), and Odoo's demo
# data has some.
for name in (
    "mail.ir_cron_module_update_notification",
    "stock.ir_cron_scheduler_action",
):
    cron = env.ref(name, raise_if_not_found=False)
    if cron:
        cron.active = False
env.cr.commit()
