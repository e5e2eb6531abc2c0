"""The keys under which phase 1 records its state inside a database."""

# What a run leaves at its end: the schema's fingerprint and the versions that are there in full.
SCHEMA = "schema"
# What a reset leaves: the backup that the database was made from.
BASELINE = "baseline"
# By step, while one is under way that has no transaction of its own: how far it has come, and how
# far each of its loops has. Both are gone once the step is in the ledger.
STEP = "step:"
BATCHES = "batches:"
