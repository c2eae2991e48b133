#!/usr/bin/env bash
# Install what the demonstration ("demo") or the tests ("dev") need; quick when nothing is missing.
# Python packages go to .venv, from the hash-locked requirements/. Debian packages are installed
# when this account is root; otherwise the exact command is shown.
set -euo pipefail
cd "$(dirname "$0")/.."

groupe=${1:-demo}
verrou=requirements/$groupe.txt

dire() { printf '  %s\n' "$*" >&2; }
abandonner() { printf '\n%s\n' "$*" >&2; exit 1; }

# --- Debian packages: needed (without them nothing useful runs) and useful -------------------
# fontconfig and harfbuzz come with pango; WeasyPrint draws the PDFs with them.
indispensables=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
utiles=(clamav-daemon fonts-dejavu-core)
command -v python3 >/dev/null || indispensables+=(python3 python3-venv)
if [[ $groupe == dev ]]; then
    indispensables+=(chromium libatomic1 clamav-daemon fonts-dejavu-core)  # libatomic: playwright
    utiles=()
fi

manquants() {
    local paquet
    for paquet in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$paquet" 2>/dev/null) == installed ]] ||
            echo "$paquet"
    done
}

apt_a_jour=
apt() {
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p var
    if [[ -z $apt_a_jour ]]; then
        dire "Reading Debian's package lists"
        apt-get -qq update >var/apt.log 2>&1 || true
        apt_a_jour=oui
    fi
    dire "Installing $*"
    apt-get -qq -y --no-install-recommends install "$@" >>var/apt.log 2>&1 && return
    tail -n 20 var/apt.log >&2
    return 1
}

paquets_debian() {
    if ! command -v dpkg-query >/dev/null; then
        dire "Not a Debian: make sure that pango, harfbuzz and clamd are installed."
        return
    fi
    local liste absents
    mapfile -t liste < <(manquants "${indispensables[@]}" "${utiles[@]}")
    ((${#liste[@]})) || return 0
    if [[ $EUID -eq 0 ]]; then
        apt "${liste[@]}" || dire "apt-get failed."
    else
        dire "Missing Debian packages. To install them:"
        dire "    sudo apt-get install --no-install-recommends ${liste[*]}"
    fi
    mapfile -t absents < <(manquants "${indispensables[@]}")
    if ((${#absents[@]})); then
        abandonner "Cannot go on without: ${absents[*]}"
    fi
    mapfile -t absents < <(manquants "${utiles[@]}")
    ((${#absents[@]} == 0)) || dire "Going on without: ${absents[*]}"
}

# --- Python ------------------------------------------------------------------------------------
trouver_python() {
    local candidat
    for candidat in python3.14 python3.13 python3.12 python3.11 python3; do
        if "$candidat" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
            2>/dev/null; then
            command -v "$candidat"
            return
        fi
    done
    abandonner "Python 3.11 to 3.14 is needed (on Debian: sudo apt-get install python3)."
}

trouver_uv() {
    if command -v uv >/dev/null; then
        echo uv
    elif python3 -m uv --version >/dev/null 2>&1; then
        echo "python3 -m uv"
    fi
}

creer_venv() {
    [[ -x .venv/bin/python ]] && .venv/bin/python -c 'import sys' 2>/dev/null && return
    local python
    python=$(trouver_python)
    rm -rf .venv
    dire "Making .venv with $("$python" --version)"
    if [[ -n $uv ]]; then
        $uv venv --quiet --python "$python" .venv
        return
    fi
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        [[ $EUID -eq 0 ]] && command -v apt-get >/dev/null && apt python3-venv || abandonner \
            "Python's venv module is missing: sudo apt-get install python3-venv"
    fi
    "$python" -m venv .venv
}

paquets_python() {
    local empreinte
    empreinte=$(sha256sum "$verrou" | cut -d' ' -f1)
    [[ -f .venv/installe-$groupe && $(<".venv/installe-$groupe") == "$empreinte" ]] && return
    dire "Installing the Python packages of $verrou"
    if [[ -n $uv ]]; then
        $uv pip install --quiet --python .venv/bin/python --require-hashes -r "$verrou"
    else
        .venv/bin/python -m ensurepip >/dev/null 2>&1 || true
        .venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps \
            --require-hashes -r "$verrou"
    fi
    printf '%s\n' "$empreinte" >".venv/installe-$groupe"
}

uv=$(trouver_uv)
paquets_debian
creer_venv
paquets_python
