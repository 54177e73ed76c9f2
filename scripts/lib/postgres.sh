# shellcheck shell=bash
# A PostgreSQL cluster of our own, on a Unix socket only, unless PGHOST names another server.

PG_LOG_TAIL=20

# A server refuses to run as root, and /root is closed to other users: started by root, the
# cluster lives in /var/lib and runs as postgres; only root and postgres may enter its folder.
pg_folder() {
    if [ -n "${AFTERSALES_PGDIR:-}" ]; then
        printf '%s\n' "$AFTERSALES_PGDIR"
    elif is_root; then
        printf '/var/lib/aftersales-%s\n' "$(printf '%s' "$AFTERSALES_CACHE" | hash12)"
    else
        printf '%s/postgres\n' "$AFTERSALES_CACHE"
    fi
}

# A socket's path may have 107 characters at most.
pg_socket_folder() {
    local dir
    dir="$(pg_folder)/socket"
    if [ ${#dir} -gt 80 ]; then
        dir="${XDG_RUNTIME_DIR:-/tmp}/aftersales-$(id -u)-$(printf '%s' "$AFTERSALES_CACHE" | cut -c1-200 | hash12)"
    fi
    printf '%s\n' "$dir"
}

pg_answers() { psql -XAtqc 'SELECT 1' -d postgres >/dev/null 2>&1; }

pg_owner() {
    if ! is_root; then
        id -un
    elif id postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo aftersales-pg
    fi
}

as_pg() {
    if is_root; then
        (cd / && HOME="$(pg_folder)" setpriv --reuid "$(pg_owner)" --regid "$(pg_owner)" --init-groups -- "$@")
    else
        "$@"
    fi
}

setup_postgres() {
    if [ -n "${AFTERSALES_FOREIGN_PG:-}" ]; then
        check_foreign_postgres
        return
    fi
    pg_answers && return
    local dir socket bin
    dir="$(pg_folder)"
    socket="$(pg_socket_folder)"
    bin="$(find_postgres)" || die "No PostgreSQL 14 or newer." "apt-get install postgresql"
    if is_root && ! id "$(pg_owner)" >/dev/null 2>&1; then
        useradd --system --home-dir "$dir" --shell /usr/sbin/nologin "$(pg_owner)"
    fi
    mkdir -p "$dir" "$socket"
    if [ ! -e "$dir/data/.complete" ]; then
        step "PostgreSQL: a cluster of our own in $dir"
        need_room 3000 "$dir"
        rm -rf "$dir/data"
        if is_root; then chown "$(pg_owner):" "$dir" "$socket"; fi
        chmod 700 "$dir" "$socket"
        # Everybody who can enter the folder may connect: see its mode above.
        quiet initdb as_pg "$bin/initdb" -D "$dir/data" -U aftersales --auth=trust \
            --encoding=UTF8 --locale=C.UTF-8 --no-sync ||
            die "initdb failed." "Remove $dir and run this again."
        pg_settings "$socket" | as_pg tee "$dir/data/aftersales.conf" >/dev/null
        as_pg sh -c "echo \"include 'aftersales.conf'\" >>'$dir/data/postgresql.conf'; touch '$dir/data/.complete'"
    fi
    # After a crash of the machine another process may have the number in the lock files,
    # and PostgreSQL would wait for that one. Its server's working folder is the data.
    local pid
    pid="$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null || true)"
    if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd" || true)" != "$dir/data" ]; then
        rm -f "$dir/data/postmaster.pid" "$socket"/.s.PGSQL.*.lock
    fi
    step "PostgreSQL: starting"
    # 9 is the lock's descriptor: the server must not keep it.
    if ! as_pg "$bin/pg_ctl" -D "$dir/data" -l "$dir/postgres.log" -w -t 60 start >/dev/null 2>&1 </dev/null 9>&-; then
        tail -n "$PG_LOG_TAIL" "$dir/postgres.log" | sed 's/^/    | /' >&2
        die "The private PostgreSQL cluster does not start (log: $dir/postgres.log)." \
            "If it was damaged: remove $dir (the databases in it are lost) and run this again."
    fi
    pg_answers || die "PostgreSQL was started but does not answer on $socket."
}

# Databases here are made from templates in seconds: speed before durability. A crash of
# PostgreSQL loses nothing; a crash of the whole machine may lose or damage the cluster.
pg_settings() {
    cat <<EOF
listen_addresses = ''
port = 5432
unix_socket_directories = '$1'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 512MB
effective_cache_size = 4GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 30min
random_page_cost = 1.1
max_locks_per_transaction = 256
jit = off
fsync = off
synchronous_commit = off
full_page_writes = off
log_min_messages = fatal
log_min_error_statement = panic
EOF
}

check_foreign_postgres() {
    local version
    version="$(psql -XAtqc 'SHOW server_version_num' -d postgres 2>/dev/null)" ||
        die "PGHOST is set ($PGHOST), but no connection to that PostgreSQL server is possible." \
            "Check PGHOST, PGPORT, PGUSER, PGPASSWORD; or unset PGHOST for a private cluster."
    [ "$version" -ge 140000 ] || die "PostgreSQL 14 or newer is needed; $PGHOST has $version."
    [ "$(psql -XAtqc 'SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user' -d postgres)" = t ] ||
        die "The PostgreSQL user ${PGUSER:-$(id -un)} may not create databases on $PGHOST." \
            "ALTER USER ... CREATEDB, or unset PGHOST for a private cluster."
    [ "${PGUSER:-$(id -un)}" != postgres ] ||
        die "Odoo refuses to work as the PostgreSQL user postgres." "Set PGUSER to another one."
}

stop_postgres() {
    local dir
    dir="$(pg_folder)"
    [ -e "$dir/data/postmaster.pid" ] || return 0
    as_pg "$(find_postgres)/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null
}
