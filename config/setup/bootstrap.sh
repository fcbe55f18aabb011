#!/bin/sh
# Finds a Python to set Koemap up with (installing Debian's where there is none), then hands over
# to config/setup. Called by the Makefile.
set -eu
cd "$(dirname "$0")/../.."

usable() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
        path=$(command -v "$name" 2>/dev/null) && usable "$path" && echo "$path" && return 0
    done
    return 1
}

install_python() {
    command -v apt-get >/dev/null || return 1
    echo "Installing Python (python3)." >&2
    if [ "$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; command -v sudo >/dev/null || return 1; fi
    # The system's own python3 where it is new enough, else the newest that is packaged beside it.
    $sudo apt-get -qq update >&2
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends python3 >&2
    find_python >/dev/null ||
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends python3.11 >&2
}

python=$(find_python) || { install_python && python=$(find_python); } || {
    echo "Koemap needs Python 3.11 or newer, and none was found: install it, then run this again." >&2
    exit 1
}
exec "$python" -m config.setup "$@"
