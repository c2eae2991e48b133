#!/usr/bin/env bash
# Everything that can be said of the code without running it; each check runs, all failures show.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
echecs=()

verifier() {
    local nom=$1
    shift
    printf '%-34s' "$nom"
    local sortie
    if sortie=$("$@" 2>&1); then
        echo ok
    else
        echo FAILED
        printf '%s\n' "$sortie" | head -n 60 | sed 's/^/    /'
        echecs+=("$nom")
    fi
}

# Production's settings, with invented values and nothing of the caller's environment.
en_production() {
    env -i PATH="$PATH" LANG=C.UTF-8 DJANGO_SETTINGS_MODULE=portail.settings.base \
        $(<scripts/production-inventee.env) "$@"
}

migrations_a_jour() {
    DJANGO_SETTINGS_MODULE=portail.settings.test python manage.py makemigrations --check --dry-run
}

verifier "ruff check" ruff check --output-format concise .
verifier "ruff format" ruff format --check --output-format concise .
verifier "import-linter" lint-imports
verifier "mypy (core)" mypy
verifier "djlint format" djlint templates --check
verifier "djlint lint" djlint templates --lint --quiet
verifier "makemigrations --check" migrations_a_jour
verifier "check --deploy (production)" en_production python manage.py check --deploy --fail-level WARNING
verifier "budgets" python scripts/budgets.py
verifier "shell scripts" bash -n scripts/*.sh .ci/run

if ((${#echecs[@]})); then
    printf '\nFailed: %s\n' "${echecs[*]}"
    exit 1
fi
