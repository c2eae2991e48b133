"""One sweep over a million open deadlines: `make bench-echeances`."""
