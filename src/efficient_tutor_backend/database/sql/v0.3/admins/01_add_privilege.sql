-- Owner or not was too coarse: three levels. Nullable until the backfill has run.

CREATE TYPE admin_privilege AS ENUM ('ReadOnly', 'Normal', 'Master');

ALTER TABLE admins ADD COLUMN privilege admin_privilege;
