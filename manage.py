#!/usr/bin/env python3
"""Django's command line; without Django at hand, run again with the project's own Python."""

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings.demo")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        _relancer_dans_le_venv()
        raise
    execute_from_command_line(sys.argv)


def _relancer_dans_le_venv() -> None:
    venv = Path(__file__).resolve().parent / ".venv"
    python = venv / "bin" / "python"
    if Path(sys.prefix).resolve() == venv:
        return
    if not python.exists():
        sys.exit("Django is not installed: run `make installer` first.")
    os.execv(python, [str(python), *sys.argv])  # noqa: S606


if __name__ == "__main__":
    main()
