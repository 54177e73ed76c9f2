# shellcheck shell=bash
# Everything a script needs to work with Odoo, by name:
#   . scripts/lib/env.sh && ensure_setup && odoo_bin -d mydb --stop-after-init
# Sourcing sets variables and functions and does nothing else.

_lib="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
. "$_lib/common.sh"
. "$_lib/system.sh"
. "$_lib/odoo_source.sh"
. "$_lib/python.sh"
. "$_lib/wkhtmltopdf.sh"
. "$_lib/postgres.sh"
. "$_lib/database.sh"
unset _lib

_venv_key="$(cat "$AFTERSALES_ROOT"/requirements{,-dev}.txt <(echo "$VENV_RECIPE") | hash12)"
export AFTERSALES_VENV="$AFTERSALES_CACHE/venv-$_venv_key"
export AFTERSALES_ODOO="${ODOO_HOME:-$AFTERSALES_CACHE/odoo}"
# Odoo knows an addon by its folder's name, so the checkout is reached through a link.
export AFTERSALES_ADDONS="$AFTERSALES_CACHE/addons-$AFTERSALES_KEY"
export AFTERSALES_LINK="$AFTERSALES_ADDONS/aftersales"
export ODOO_RC="$AFTERSALES_ADDONS/odoo.conf"

if [ -n "${PGHOST:-}" ] && [ -z "${AFTERSALES_OWN_PG:-}" ]; then
    AFTERSALES_FOREIGN_PG=1
else
    # Marks PGHOST as ours, so that a script called by a script does not take it for the user's.
    export AFTERSALES_OWN_PG=1
    PGHOST="$(pg_socket_folder)"
    export PGHOST PGPORT=5432 PGUSER=aftersales
    unset PGPASSWORD
fi
unset PGDATABASE

# A script may be called by a script: the path before ours is the system's.
export AFTERSALES_SYSTEM_PATH="${AFTERSALES_SYSTEM_PATH:-$PATH}"
export PATH="$AFTERSALES_CACHE/wkhtmltopdf-0.12.4:$AFTERSALES_VENV/bin:$AFTERSALES_SYSTEM_PATH"
export PYTHONPATH="$AFTERSALES_ODOO:$AFTERSALES_ROOT/scripts/lib"
# Debian's package is not byte-compiled, and the cache must not fill the checkout.
unset PYTHONDONTWRITEBYTECODE PYTHONHOME
export PYTHONPYCACHEPREFIX="$AFTERSALES_CACHE/pycache"
# Odoo keeps every date in UTC and wants the process in it.
export TZ=UTC LC_ALL=C.UTF-8

odoo_bin() { "$AFTERSALES_VENV/bin/python" -m odoo "$@"; }

# The checkout is an addon; folders in bridges/ are further ones.
write_config() {
    local addons="$AFTERSALES_ADDONS" config
    mkdir -p "$AFTERSALES_ADDONS" "$AFTERSALES_CACHE/data"
    [ "$(readlink "$AFTERSALES_LINK")" = "$AFTERSALES_ROOT" ] ||
        ln -sfn "$AFTERSALES_ROOT" "$AFTERSALES_LINK"
    if compgen -G "$AFTERSALES_ROOT/bridges/*/__manifest__.py" >/dev/null; then
        addons="$addons,$AFTERSALES_LINK/bridges"
    fi
    config="[options]
addons_path = $addons
data_dir = $AFTERSALES_CACHE/data
http_interface = 127.0.0.1
list_db = False
max_cron_threads = 1
limit_time_cpu = 600
limit_time_real = 1200
screenshots = $AFTERSALES_CACHE/screenshots"
    [ "$(cat "$ODOO_RC" 2>/dev/null)" = "$config" ] || printf '%s\n' "$config" >"$ODOO_RC"
}

setup_is_complete() {
    odoo_source_ready && [ -e "$AFTERSALES_VENV/.complete" ] &&
        [ -x "$AFTERSALES_CACHE/wkhtmltopdf-0.12.4/wkhtmltopdf" ] &&
        [ -e "$AFTERSALES_CACHE/system.complete" ] && pg_answers
}

do_setup() {
    check_system
    setup_system
    touch "$AFTERSALES_CACHE/system.complete"
    setup_odoo_source
    setup_venv
    setup_wkhtmltopdf
    setup_postgres
}

# Quick when there is nothing to do: nothing but stamps and one question to PostgreSQL.
ensure_setup() {
    mkdir -p "$AFTERSALES_CACHE" || die "$AFTERSALES_CACHE cannot be written." "Set XDG_CACHE_HOME."
    setup_is_complete || with_lock setup do_setup
    write_config
}
