"""The shell: wiring and domain-free tools. Imports no app, except in `urls.py`."""

from portail.celery import app as celery_app

__all__ = ["celery_app"]
