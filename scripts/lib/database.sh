# shellcheck shell=bash
# Databases. Odoo with our dependencies takes minutes to install, so it is done once, in a
# template; everything else is a copy of it, made in a second or two.
#
#   aftersales_tpl_<key>   dependencies, no demo data   }  keyed by what they are made of
#   aftersales_demo_<key>  dependencies and demo data   }
#   aftersales_test_<key>  template + addon, kept and updated between runs (AFTERSALES_TEST_DB)
#   aftersales_run_<pid>   copy of that one, dirtied by one run of the tests and dropped
#   aftersales             what scripts/run serves
#
# A database says in its comment what it is made of.

TEMPLATE_RECIPE=2
LANGUAGES=en_US,zh_CN
DEPENDS_WITHOUT_MANIFEST=sale_management,sale_stock,fleet,hr_expense,portal,rating,calendar

sql() {
    local db="$1"
    shift
    PGOPTIONS="-c client_min_messages=warning" psql -XAtq -v ON_ERROR_STOP=1 -d "$db" -c "$@"
}

db_exists() { [ "$(sql postgres "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }

db_comment() {
    sql postgres "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$1'"
}

db_set_comment() { sql postgres "COMMENT ON DATABASE \"$1\" IS '$2'"; }

filestore() { printf '%s/data/filestore/%s\n' "$AFTERSALES_CACHE" "$1"; }

db_drop() {
    sql postgres "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)"
    rm -rf "$(filestore "$1")"
}

# Files of the filestore never change once written: hard links are enough of a copy.
db_copy() {
    local try error
    for try in 1 2 3 4 5; do
        if error="$(sql postgres "CREATE DATABASE \"$2\" TEMPLATE \"$1\"" 2>&1)"; then
            rm -rf "$(filestore "$2")"
            [ ! -d "$(filestore "$1")" ] || cp -al "$(filestore "$1")" "$(filestore "$2")"
            return
        fi
        [[ "$error" == *"accessed by other users"* ]] || break
        sleep "$try"
    done
    die "Database $1 could not be copied to $2: $error"
}

db_rename() {
    sql postgres "ALTER DATABASE \"$1\" RENAME TO \"$2\""
    rm -rf "$(filestore "$2")"
    [ ! -d "$(filestore "$1")" ] || mv "$(filestore "$1")" "$(filestore "$2")"
}

# with_progress LOG COMMAND...: says which module Odoo is at while the output goes to the log.
with_progress() {
    local log="$1" pid status=0 now was=0 file folder=""
    shift
    mkdir -p "${log%/*}"
    "$@" >"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        now="$(grep -ao 'Loading module [a-z0-9_]* ([0-9]*/[0-9]*)' "$log" | tail -n 1 | sed 's/.*(//; s/)//')"
        # The last module is ours, and takes longest: which of its files is being read.
        file="$(grep -ao 'loading aftersales/[^ ]*' "$log" | tail -n 1 | sed 's,^loading aftersales/,,')"
        if [ -t 2 ]; then
            printf '\r    module %-9s %-56.56s' "$now" "$file" >&2
        elif [ "${now%/*}" != "$now" ] && [ "${now%/*}" -ge $((was + 20)) ]; then
            was="${now%/*}"
            say "    module $now"
        elif [ "${file%%/*}" != "$folder" ]; then
            folder="${file%%/*}"
            say "    module $now  $folder"
        fi
    done
    [ ! -t 2 ] || printf '\r%76s\r' '' >&2
    wait "$pid" || status=$?
    [ "$status" -eq 0 ] || {
        tail -n 40 "$log" | sed 's/^/    | /' >&2
        say "    (all of it: $log)"
    }
    return "$status"
}

manifest_depends() {
    if [ ! -e "$AFTERSALES_ROOT/__manifest__.py" ]; then
        echo "$DEPENDS_WITHOUT_MANIFEST"
        return
    fi
    "$AFTERSALES_VENV/bin/python" -c '
import ast, sys
print(",".join(sorted(ast.literal_eval(open(sys.argv[1]).read())["depends"])))' \
        "$AFTERSALES_ROOT/__manifest__.py"
}

template_name() {
    local kind="$1"
    printf '%s_%s\n' "$kind" "$({
        echo "$TEMPLATE_RECIPE $LANGUAGES"
        readlink -f "$AFTERSALES_ODOO"
        cat "$AFTERSALES_ODOO/odoo/release.py" "$AFTERSALES_ROOT/requirements.txt"
        manifest_depends
        sql postgres 'SHOW server_version'
    } | hash12)"
}

# ensure_template aftersales_tpl|aftersales_demo: sets TEMPLATE.
ensure_template() {
    TEMPLATE="$(template_name "$1")"
    db_exists "$TEMPLATE" || with_lock template build_template "$1" "$TEMPLATE"
}

build_template() {
    local kind="$1" name="$2" part="$2_part" options=() old
    db_exists "$name" && return
    [ "$kind" != aftersales_demo ] || options=(--with-demo)
    step "Database template $name: installing our dependencies into Odoo (a few minutes, once)"
    need_room 1500 "$AFTERSALES_CACHE"
    db_drop "$part"
    with_progress "$AFTERSALES_CACHE/log/$name.log" \
        odoo_bin -d "$part" -i "$(manifest_depends)" "${options[@]}" \
        --load-language="$LANGUAGES" --no-http --stop-after-init ||
        die "The dependencies of the addon could not be installed."
    quiet "$name-finish" odoo_bin shell -d "$part" --no-http --log-level=warn \
        <"$AFTERSALES_ROOT/scripts/lib/finish_template.py" ||
        die "The database template could not be finished."
    db_rename "$part" "$name"
    db_set_comment "$name" "made $(date -u +%F) for $(manifest_depends)"
    # Of each kind the newest four are kept; older ones belong to dependencies of the past.
    for old in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^${kind}_[0-9a-f]{12}$' ORDER BY oid DESC OFFSET 4"); do
        db_drop "$old"
    done
}

# Hash of the files that shape the database; tests, documents and static files do not.
addon_hash() {
    (cd "$AFTERSALES_ROOT" && find . \
        \( -path './.*' -o -path ./tests -o -path ./docs -o -path ./benchmarks -o -path ./scripts \
        -o -path ./static -o -name __pycache__ -o -path './bridges/*/tests' \) -prune \
        -o -type f \( -name '*.py' -o -name '*.xml' -o -name '*.csv' -o -name '*.po' -o -name '*.sql' \) -print0 |
        sort -z | xargs -0r sha256sum | hash12)
}

# Lines of a server log that are worth failing for. An installation that we start concerns
# our addon only, and Odoo's own part of it writes no warning: so every one counts.
log_complaints() {
    grep -aE '^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) ' "$1" || true
}

# install_addon DB MODULES -i|-u: fails on an error, and on a warning in the log.
install_addon() {
    local db="$1" modules="$2" mode="$3" log="$AFTERSALES_CACHE/log/install-$1.log" status=0
    local program=(-m odoo)
    [ "$mode" = -i ] || program=("$AFTERSALES_ROOT/scripts/lib/odoo_update.py" "$modules")
    with_progress "$log" "$AFTERSALES_VENV/bin/python" "${program[@]}" -d "$db" \
        "$mode" "$modules" --no-http --stop-after-init || status=$?
    if [ "$status" -ne 0 ]; then
        grep -anE '(WARNING|ERROR|CRITICAL) ' "$log" | tail -n 5 | cut -c1-300 | sed 's/^/    | /' >&2
        return 1
    fi
    if [ -n "$(log_complaints "$log")" ]; then
        log_complaints "$log" | cut -c1-600 | sed 's/^/    | /' >&2
        say "    (warnings while installing; all of the log: $log)"
        # The database is usable: the caller decides what a warning is worth.
        INSTALL_WARNINGS="$(log_complaints "$log" | wc -l)"
    fi
    local missing
    missing="$(sql "$db" "SELECT string_agg(name, ', ') FROM ir_module_module
        WHERE name = ANY(string_to_array('$modules', ',')) AND state != 'installed'")"
    [ -z "$missing" ] || {
        say "    not installed: $missing"
        return 1
    }
}

# ensure_test_db DB MODULES [--fresh|--as-is]: template + addon, as the files are now;
# --as-is: as it was last time, which does where only the insides of methods changed.
ensure_test_db() {
    local db="$1" modules="$2" fresh="${3:-}" made was
    # shellcheck disable=SC2034 # read by the caller
    INSTALL_WARNINGS=0
    made="$TEMPLATE $modules $(addon_hash)"
    was="$(db_comment "$db" 2>/dev/null || true)"
    if [ "$was" = "$made" ] && [ "$fresh" != --fresh ]; then
        return
    fi
    if [ -n "$was" ] && [ "$fresh" = --as-is ]; then
        say "    Database $db is used as it is; the files are newer."
        return
    fi
    [ "$fresh" = --fresh ] || fresh=""
    if [ -z "$fresh" ] && [ "${was% *}" = "$TEMPLATE $modules" ]; then
        step "Database $db: updating the addon"
        if install_addon "$db" "$modules" -u; then
            db_set_comment "$db" "$made"
            return
        fi
        say "    The update failed; trying a fresh installation."
    fi
    step "Database $db: installing the addon"
    db_drop "$db"
    db_copy "$TEMPLATE" "$db"
    install_addon "$db" "$modules" -i || die "The addon cannot be installed: see above."
    db_set_comment "$db" "$made"
}

# What killed runs and deleted checkouts left behind
drop_leftovers() {
    local db pid addons
    for db in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^aftersales_run_[0-9]+'"); do
        pid="${db#aftersales_run_}"
        pid="${pid%%[!0-9]*}"
        kill -0 "$pid" 2>/dev/null || db_drop "$db"
    done
    for addons in "$AFTERSALES_CACHE"/addons-*; do
        [ ! -e "$addons/aftersales" ] || continue
        db_drop "aftersales_test_${addons##*/addons-}"
        rm -rf "$addons"
    done
}
