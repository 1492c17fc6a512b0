# tools/common.sh - what tools/check and tools/quickstart share: the Debian packages, and how they
# speak. Sourced by bash, from the root of the tree.
# shellcheck shell=bash disable=SC2034

# What the build, its linters and the unit tests need.
build_packages=(
    g++ meson ninja-build pkg-config ccache python3
    libboost1.81-dev libsmpp34-dev libsqlite3-dev libyaml-cpp-dev libspdlog-dev
    libcli11-dev libcurl4-openssl-dev libssl-dev libsodium-dev doctest-dev
)
# What tools/check needs beyond that.
check_packages=(
    clang-14 libclang-rt-14-dev clang-format-14
    kannel tshark curl openssl python3-jsonschema procps
)

# say TEXT...: a line of progress with the seconds since the script began.
say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

# die WHAT [ADVICE]: ends the script; says what happened and what to do about it.
die() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    if [ $# -gt 1 ]; then printf '  %s\n' "$2" >&2; fi
    exit 1
}

# need_root_or_sudo WHY: sets as_root to what a command that needs root is put behind.
need_root_or_sudo() {
    as_root=()
    if [ "$(id -u)" -eq 0 ]; then return; fi
    command -v sudo >/dev/null ||
        die "$1 needs root" "run this as root, or install sudo"
    as_root=(sudo)
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages NAME...: those that are missing; does nothing, and needs no root, where all are there.
install_packages() {
    local missing=() name
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    command -v apt-get >/dev/null ||
        die "no apt-get here" "install what corresponds to Debian's: ${missing[*]}"
    need_root_or_sudo "installing ${missing[*]}"
    say "apt-get install ${missing[*]}"
    # A machine that has never fetched the package lists finds nothing without the update.
    "${as_root[@]}" apt-get -q -q update ||
        die "apt-get update failed" "see above; is there a network?"
    # Without questions: tshark's package asks who may capture.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -q install -y --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install ${missing[*]}" "see above"
}
