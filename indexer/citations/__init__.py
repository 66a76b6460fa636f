"""Citations of a policy or one of its records, for people and for reference managers."""
