"""What is typed about conventions, partners and contacts."""
