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
# It would ask a server on the internet.
cron = env.ref("mail.ir_cron_module_update_notification", raise_if_not_found=False)
if cron:
    cron.active = False
env.cr.commit()
