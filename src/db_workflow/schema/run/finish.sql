-- The end of a step, inside its transaction: proof, measurement and ledger row. See finish.py.
--
-- Before PostgreSQL 15 nothing empties a session's counters between two transactions: there nobody
-- counts rows. They are counted as they were written: triggers' and cascades' too, and what a
-- savepoint undid; not what went with a table that the step dropped.
--
-- A table that was there before has a row for its system column `tableoid` (attnum -6) that is older
-- than this transaction: nothing ever updates those rows, and age() counts from this transaction.
-- What a step drops is no longer in pg_class; the runner knows its name and fills it in afterwards.
DECLARE
    strengths CONSTANT text[] := ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock',
        'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
        'AccessExclusiveLock'];
    took CONSTANT double precision :=
        round((extract(epoch FROM clock_timestamp() - now()) * 1000)::numeric, 1);
    counted CONSTANT boolean := current_setting('server_version_num')::integer >= 150000;
    touched bigint;
    taken jsonb;
BEGIN
    IF current_setting('db_workflow.step', true) IS DISTINCT FROM mark THEN
        RAISE EXCEPTION 'the step ended its transaction' USING ERRCODE = 'DBW01';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_locks WHERE pid = holder AND locktype = 'advisory' AND granted
            AND (classid::bigint << 32) | objid::bigint = lock_key AND objsubid = 1) THEN
        RAISE EXCEPTION 'the migration lock was lost' USING ERRCODE = 'DBW02';
    END IF;
    IF to_regclass('db_workflow.migration') IS NULL OR EXISTS (SELECT FROM pg_locks
            WHERE pid = pg_backend_pid() AND relation = to_regclass('db_workflow.migration')
            AND mode <> 'AccessShareLock') THEN
        RAISE EXCEPTION 'the step wrote into the ledger' USING ERRCODE = 'DBW04';
    END IF;
    SELECT sum(pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid)
            + pg_stat_get_xact_tuples_deleted(c.oid)),
        jsonb_agg(CASE WHEN c.oid IS NULL THEN '{"dropped": true}' ELSE '{}'::jsonb END
            || jsonb_build_object(
            'relation', CASE WHEN c.oid IS NULL THEN held.relation::text
                ELSE format('%I.%I', n.nspname, c.relname) END,
            'mode', strengths[held.strength],
            'held_ms', took,
            'rows', CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
            'bytes', pg_relation_size(c.oid))
            ORDER BY held.strength DESC, n.nspname, c.relname)
        FILTER (WHERE c.oid IS NULL OR EXISTS (SELECT FROM pg_attribute
            WHERE attrelid = c.oid AND attnum = -6 AND age(xmin) > 0))
    INTO touched, taken
    FROM (SELECT relation, max(array_position(strengths, mode)) AS strength FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted AND relation >= 16384
        GROUP BY relation) AS held
    LEFT JOIN pg_class c ON c.oid = held.relation
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid IS NULL OR (c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname <> 'db_workflow');
    INSERT INTO db_workflow.migration AS old (version, name, position, kind, checksum, outcome,
        duration_ms, rows_touched, locks, tool_version)
    VALUES (step_version, step_name, step_position, step_kind, step_checksum, 'ran', took,
        CASE WHEN counted THEN coalesce(touched, 0) END, coalesce(taken, '[]'), tool)
    ON CONFLICT ON CONSTRAINT pk_migration DO UPDATE SET
        sequence = DEFAULT, position = excluded.position, kind = excluded.kind,
        checksum = excluded.checksum, outcome = excluded.outcome, applied_at = excluded.applied_at,
        applied_by = excluded.applied_by, duration_ms = excluded.duration_ms,
        rows_touched = excluded.rows_touched, locks = excluded.locks,
        server_version = excluded.server_version, tool_version = excluded.tool_version
    WHERE old.outcome = 'skipped';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the step is in the ledger already' USING ERRCODE = 'DBW03';
    END IF;
END
