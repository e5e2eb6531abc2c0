"""What only looks at lists and databases: preview, verify, and adopting what had no ledger."""
