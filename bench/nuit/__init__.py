"""The nightly tasks on a large database: `make bench-nuit`."""
