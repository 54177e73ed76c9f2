# shellcheck shell=bash
# Odoo 19 from Debian's unstable suite, unpacked into the cache. Nothing of the system's apt
# is touched: own source list, own lists, own download folder; signatures are verified.

# What the package's links point to, and must be unpacked into the same tree.
ODOO_LINKED_PACKAGES=(
    libjs-jquery libjs-jquery-form libjs-underscore fonts-inconsolata fonts-roboto-unhinted
    fonts-ocr-b fonts-glyphicons-halflings fonts-montserrat
)
# Odoo draws its icons with Font Awesome 4.7; unstable has version 6, without these files.
FONT_AWESOME_SUITE=bookworm
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# The system's own Debian mirror: no address is written down here.
debian_mirror() {
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' |
        awk '$3 == "main" && $2 !~ /-(security|updates|backports)/ { print $1; exit }'
}

# private_apt SUITE KEYRING COMMAND...
private_apt() {
    local suite="$1" keyring="$2" tool="$3" dir="$AFTERSALES_CACHE/apt/$1"
    shift 3
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
        "$(debian_mirror)" "$suite" "$keyring" >"$dir/debian.sources"
    # Sandbox::User: apt's own user cannot enter a home folder, and no script runs here.
    "$tool" -o Dir::Etc::sourcelist="$dir/debian.sources" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
        -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none \
        -o Acquire::Retries=3 "$@"
}

# Debian changes its keys: when this system's keyring is too old for unstable, take the
# keyring package of a suite that it can still verify.
newer_keyring() {
    local suite dir="$AFTERSALES_CACHE/apt/keyring"
    for suite in testing stable; do
        private_apt "$suite" "$DEBIAN_KEYRING" apt-get update -o APT::Update::Error-Mode=any || continue
        rm -rf "$dir" && mkdir -p "$dir"
        (cd "$dir" && private_apt "$suite" "$DEBIAN_KEYRING" apt-get download debian-archive-keyring) || continue
        dpkg -x "$dir"/*.deb "$dir/tree"
        DEBIAN_KEYRING="$(find "$dir/tree" -name 'debian-archive-keyring.*' -path '*keyrings*' | sort | tail -n 1)"
        return
    done
    return 1
}

odoo_series() {
    sed -n 's/^version_info = (\([0-9]*\).*/\1/p' "$1/odoo/release.py" 2>/dev/null
}

odoo_source_ready() {
    [ -n "${ODOO_HOME:-}" ] || [ -e "$AFTERSALES_CACHE/odoo/odoo/release.py" ]
}

setup_odoo_source() {
    if [ -n "${ODOO_HOME:-}" ]; then
        [ "$(odoo_series "$ODOO_HOME")" = 19 ] ||
            die "ODOO_HOME=$ODOO_HOME is not the source of Odoo 19." \
                "It must hold odoo/release.py of series 19. Unset it to fetch Debian's."
        return
    fi
    odoo_source_ready && return
    step "Odoo 19: looking it up in Debian's unstable suite"
    mkdir -p "$AFTERSALES_CACHE"
    need_room 2500 "$AFTERSALES_CACHE"
    [ -n "$(debian_mirror)" ] ||
        die "No Debian mirror with the component main in apt's sources." \
            "Add one to /etc/apt, or set ODOO_HOME to a folder with Odoo 19's source."
    quiet sid-update private_apt sid "$DEBIAN_KEYRING" apt-get update -o APT::Update::Error-Mode=any ||
        { quiet keyring newer_keyring &&
            quiet sid-update private_apt sid "$DEBIAN_KEYRING" apt-get update -o APT::Update::Error-Mode=any; } ||
        die "Debian's unstable suite cannot be read or verified." \
            "Check the network, or set ODOO_HOME to a folder with Odoo 19's source."
    local version tree download
    version="$(private_apt sid "$DEBIAN_KEYRING" apt-cache show odoo-19 2>/dev/null | sed -n 's/^Version: //p' | head -n 1)"
    [ -n "$version" ] ||
        die "Debian's unstable suite has no package odoo-19 any more." \
            "Set ODOO_HOME to a folder with Odoo 19's source."
    tree="$AFTERSALES_CACHE/odoo-$version"
    if [ ! -e "$tree/.complete" ]; then
        download="$AFTERSALES_CACHE/apt/download"
        rm -rf "$tree" "$tree.part" "$download"
        mkdir -p "$tree.part" "$download"
        step "Odoo $version: downloading 130 MB"
        (cd "$download" && quiet sid-download private_apt sid "$DEBIAN_KEYRING" \
            apt-get download odoo-19 "${ODOO_LINKED_PACKAGES[@]}") ||
            die "The download of Odoo failed." "Check the network and run this again."
        (cd "$download" && quiet icons-update private_apt "$FONT_AWESOME_SUITE" "$DEBIAN_KEYRING" \
            apt-get update -o APT::Update::Error-Mode=any &&
            quiet icons-download private_apt "$FONT_AWESOME_SUITE" "$DEBIAN_KEYRING" \
                apt-get download fonts-font-awesome) ||
            die "The download of Font Awesome 4.7 failed." "Check the network and run this again."
        step "Odoo $version: unpacking"
        local deb
        for deb in "$download"/*.deb; do
            dpkg -x "$deb" "$tree.part" ||
                die "Unpacking $deb failed." "Is there room in $AFTERSALES_CACHE?"
        done
        mend_odoo_tree "$tree.part"
        rm -rf "$download"
        touch "$tree.part/.complete"
        mv "$tree.part" "$tree"
    fi
    ln -sfn "$tree/usr/lib/python3/dist-packages" "$AFTERSALES_CACHE/odoo"
}

# What Debian's package leaves out or doubles.
mend_odoo_tree() {
    local site="$1/usr/lib/python3/dist-packages" entry stub link target
    # It ships every addon twice; the copy inside the package is the complete one.
    if [ -d "$site/addons" ]; then
        for entry in "$site"/addons/*; do
            [ -e "$site/odoo/addons/${entry##*/}" ] ||
                die "Debian's package has changed: ${entry##*/} is only in addons/." \
                    "Adapt mend_odoo_tree in scripts/lib/odoo_source.sh."
        done
        rm -rf "$site/addons"
    fi
    # A file that is missing here is an error in the browser's console, which fails each tour.
    stub="$site/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if [ ! -e "$stub" ]; then
        mkdir -p "${stub%/*}"
        echo '/* stub: not in Debian */' >"$stub"
    fi
    # A link leads to the file of the same name in this tree: never into the system's folders,
    # nor (as some of the package's do) to a file of another format.
    while read -r link; do
        target="$(find "$1/usr/share" -type f \( -name "${link##*/}" -o -name "$(basename "${link%.*}")-Regular.${link##*.}" \) |
            sort | head -n 1)"
        [ -n "$target" ] || target="$(readlink -m "$link")"
        [ "${target#"$1/"}" != "$target" ] && [ -e "$target" ] ||
            die "Debian's package has changed: ${link#"$site/"} points to nothing." \
                "Adapt ODOO_LINKED_PACKAGES in scripts/lib/odoo_source.sh."
        ln -sfn "$(realpath --relative-to="${link%/*}" "$target")" "$link"
    done < <(find "$site" -type l)
}
