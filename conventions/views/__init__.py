"""The pages of conventions, partners and contacts."""
