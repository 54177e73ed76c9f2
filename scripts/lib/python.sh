# shellcheck shell=bash
# The virtual environment, keyed by what is installed in it.

# shellcheck disable=SC2034 # read by env.sh
VENV_RECIPE=1

setup_venv() {
    local python venv="$AFTERSALES_VENV"
    [ -e "$venv/.complete" ] && return
    python="$(find_python)"
    step "Python packages (about a minute)"
    need_room 900 "$AFTERSALES_CACHE"
    rm -rf "$venv"
    quiet venv env -u PYTHONPATH "$python" -m venv "$venv" || die "python -m venv failed with $python."
    # Wheels only, so that no compiler is needed; docopt is the one that has none.
    quiet pip env -u PYTHONPATH "$venv/bin/pip" install --disable-pip-version-check \
        --only-binary :all: --no-binary docopt \
        -r "$AFTERSALES_ROOT/requirements.txt" -r "$AFTERSALES_ROOT/requirements-dev.txt" ||
        die "pip could not install the requirements." "Check the network and run this again."
    quiet pip-check env -u PYTHONPATH "$venv/bin/pip" check || die "The pinned requirements contradict each other."
    touch "$venv/.complete"
    ln -sfn "$venv" "$AFTERSALES_CACHE/venv"
    # Environments of older requirements that nobody used for two weeks
    find "$AFTERSALES_CACHE" -maxdepth 1 -name 'venv-*' -type d -mtime +14 \
        ! -path "$venv" -exec rm -rf {} +
}
