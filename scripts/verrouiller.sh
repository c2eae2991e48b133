#!/usr/bin/env bash
# Lock pyproject.toml into requirements/: exact versions, hashes, no index address (needs uv).
set -euo pipefail
cd "$(dirname "$0")/.."

verrouiller() {
    uv pip compile pyproject.toml "$@" --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
}

verrouiller --output-file requirements/base.txt
verrouiller --extra demo --constraint requirements/base.txt --output-file requirements/demo.txt
verrouiller --extra demo --extra dev --constraint requirements/demo.txt \
    --output-file requirements/dev.txt
