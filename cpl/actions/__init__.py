"""Changes to the world: keyword-only functions, one transaction each, the audit event inside."""
