# shellcheck shell=bash
# What must come from the system: Debian's packages, installed with apt-get.

check_system() {
    [ "$(uname -s)" = Linux ] && have apt-get && have dpkg ||
        die "This is not a Debian system (no apt-get)." \
            "The scripts set up Debian 12 or newer with Python 3.11." \
            "Elsewhere install the addon into your own Odoo 19: see README.md."
    local id
    id="$(. /etc/os-release && printf '%s %s' "${ID:-}" "${ID_LIKE:-}")"
    case " $id " in
        *" debian "*) ;;
        *) die "This is not a Debian system (/etc/os-release says: $id)." \
            "The scripts set up Debian 12 or newer with Python 3.11." ;;
    esac
    [ "$(dpkg --print-architecture)" = amd64 ] ||
        die "This machine is not amd64." \
            "wkhtmltopdf with headers and footers exists for amd64 only."
}

# Prints the first Python 3.11 that really runs (a version manager may leave dead shims).
find_python() {
    local candidate
    for candidate in "${AFTERSALES_PYTHON:-}" python3.11 /usr/bin/python3.11 python3; do
        candidate="$(PATH="$AFTERSALES_SYSTEM_PATH" command -v "${candidate:-/nowhere}")" || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || continue
        "$candidate" -c 'import sys; print(sys.executable)'
        return
    done
    return 1
}

find_postgres() {
    local dir
    for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) \
        "$(dirname "$(readlink -f "$(command -v postgres || echo /nowhere/x)")")"; do
        [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] || continue
        [ "$("$dir/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 14 ] || continue
        printf '%s\n' "$dir"
        return
    done
    return 1
}

# Prints the Debian packages that are still missing, judged by what they bring: a tool that
# came from elsewhere is as good.
missing_packages() {
    find_python >/dev/null || echo python3.11
    find_python >/dev/null && "$(find_python)" -c 'import ensurepip, venv' 2>/dev/null || echo python3.11-venv
    if [ -n "${AFTERSALES_FOREIGN_PG:-}" ]; then
        have psql && have createdb || echo postgresql-client
    else
        find_postgres >/dev/null || echo postgresql
    fi
    have chromium || have google-chrome || echo chromium
    have pdftotext && have pdftoppm || echo poppler-utils
    have msgfmt || echo gettext
    have fc-list || echo fontconfig
    have shellcheck || echo shellcheck
    have git || echo git
    have gpgv || echo gpgv
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    local package
    # Libraries of wkhtmltopdf; fonts for Latin and Chinese print.
    for package in libxrender1 libxext6 libfontconfig1 fonts-dejavu-core; do
        dpkg -s "$package" 2>/dev/null | grep -q '^Status: .* installed$' || echo "$package"
    done
    have fc-list && [ -n "$(fc-list :lang=zh-cn file)" ] || echo fonts-wqy-microhei
}

setup_system() {
    local packages as_root=()
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    local line="apt-get install --no-install-recommends ${packages[*]}"
    step "Debian packages: ${packages[*]}"
    if ! is_root; then
        if have sudo && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            die "Packages are missing and this user may not install them. As root:" "$line"
        fi
    fi
    need_room 900 /usr
    if ! quiet apt-update "${as_root[@]}" apt-get update; then
        die "apt-get update failed: no network, or the package sources are wrong." \
            "Mend that, or install by hand: $line"
    fi
    quiet apt-install "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${packages[@]}" ||
        die "apt-get could not install: ${packages[*]}" "Try by hand: $line"
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -eq 0 ] ||
        die "Still missing after the installation: ${packages[*]}" \
            "Python 3.11 is Debian 12's; elsewhere set AFTERSALES_PYTHON to a Python 3.11."
}
