"""The shell: wiring and domain-free tools. Imports no app, except in `urls.py`."""
