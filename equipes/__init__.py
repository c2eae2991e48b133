"""The teams of the partners: who gets an account, within which quota, until when."""
