"""Who: people, Parties, roles, permission and the audit trail."""
