# shellcheck shell=bash
# Messages, paths and locks. Sourced by env.sh; sets variables, does nothing else.

AFTERSALES_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
AFTERSALES_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/aftersales"
# Two checkouts on one machine share Odoo and the cluster, but not databases.
AFTERSALES_KEY="$(printf '%s' "$AFTERSALES_ROOT" | sha256sum | cut -c1-8)"
export AFTERSALES_ROOT AFTERSALES_CACHE AFTERSALES_KEY

say() { printf '%s\n' "$*" >&2; }

step() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# die "what happened" ["what to do" ...]
die() {
    printf '\n\033[31merror:\033[0m %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/  /' >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

# Short hash of what is given on standard input.
hash12() { sha256sum | cut -c1-12; }

# with_lock NAME COMMAND...: one process at a time, in a subshell so that the lock ends with
# it. The lock's descriptor is 9: whoever starts a daemon under it must close it there.
with_lock() {
    local name="$1"
    shift
    mkdir -p "$AFTERSALES_CACHE/locks"
    (
        if ! flock -n 9; then
            say "    waiting for another script that is busy with: $name"
            flock 9
        fi
        "$@"
    ) 9>"$AFTERSALES_CACHE/locks/$name"
}

# need_room MEGABYTES FOLDER
need_room() {
    local free
    free="$(df -Pm "$2" | awk 'NR == 2 { print $4 }')"
    [ "$free" -ge "$1" ] || die "$2 has $free MB free, $1 MB are needed." \
        "Make room, or set XDG_CACHE_HOME to a folder on another disk."
}

# quiet LOGNAME COMMAND...: output goes to a log that is shown when the command fails.
quiet() {
    local log="$AFTERSALES_CACHE/log/$1.log"
    shift
    mkdir -p "$AFTERSALES_CACHE/log"
    if ! "$@" >"$log" 2>&1; then
        tail -n 40 "$log" | sed 's/^/    | /' >&2
        say "    (all of it: $log)"
        return 1
    fi
}

free_port() {
    "$AFTERSALES_VENV/bin/python" -c '
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

port_is_free() {
    "$AFTERSALES_VENV/bin/python" -c '
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(("127.0.0.1", int(sys.argv[1])))
except OSError:
    sys.exit(1)' "$1"
}
