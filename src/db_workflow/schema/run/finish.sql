-- The end of a step, inside its transaction: proof, measurement and ledger row. See finish.py.
--
-- The locks are read into arrays first: a join with pg_locks would be planned for a thousand of them
-- and read whole catalogs for three.
--
-- Rows are counted as they were written: triggers' and cascades' too, and what a savepoint undid;
-- not what went with a table that the step dropped. Before PostgreSQL 15 nothing empties a session's
-- counters between two transactions: there nobody counts.
--
-- The server adds a session's counters up over a whole message. So a step that others follow in its
-- message leaves them the sums a relation in `db_workflow.counted`, and `between.sql` the time at which
-- the next begins in `db_workflow.began`: now() is the message's.
--
-- Sizes are as they were last counted: to measure one opens the relation, which costs more than all
-- the rest after it was altered.
--
-- A relation is new if its oldest row in the catalogs was written by one of this transaction's own
-- numbers; each of them is locked as long as the transaction lasts. What a step drops is no longer
-- in pg_class: the runner knows its name and fills it in afterwards.
DECLARE
    strengths CONSTANT text[] := ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock',
        'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
        'AccessExclusiveLock'];
    began CONSTANT numeric := coalesce(nullif(current_setting('db_workflow.began', true), '')::numeric,
        extract(epoch FROM now())::numeric);
    took CONSTANT double precision :=
        round((extract(epoch FROM clock_timestamp())::numeric - began) * 1000, 1);
    counted CONSTANT jsonb :=
        coalesce(nullif(current_setting('db_workflow.counted', true), ''), '{}')::jsonb;
    own CONSTANT integer := pg_backend_pid();
    alive boolean;
    numbers xid[];
    relations oid[];
    modes text[];
    meddled boolean;
    touched bigint;
    sums jsonb;
    taken jsonb;
BEGIN
    IF current_setting('db_workflow.step', true) IS DISTINCT FROM mark THEN
        RAISE EXCEPTION 'the step ended its transaction' USING ERRCODE = 'DBW01';
    END IF;
    SELECT bool_or(pid = holder AND locktype = 'advisory' AND objsubid = 1
            AND (classid::bigint << 32) | objid::bigint = lock_key),
        array_agg(transactionid) FILTER (WHERE pid = own AND locktype = 'transactionid'),
        array_agg(relation) FILTER (WHERE pid = own AND locktype = 'relation' AND relation >= 16384),
        array_agg(mode) FILTER (WHERE pid = own AND locktype = 'relation' AND relation >= 16384)
    INTO alive, numbers, relations, modes
    FROM pg_locks WHERE granted AND pid IN (own, holder);
    IF alive IS NOT TRUE THEN
        RAISE EXCEPTION 'the migration lock was lost' USING ERRCODE = 'DBW02';
    END IF;
    IF to_regclass('db_workflow.migration') IS NULL OR to_regclass('db_workflow.state') IS NULL THEN
        RAISE EXCEPTION 'the step dropped what the workflow records' USING ERRCODE = 'DBW04';
    END IF;
    SELECT bool_or(n.nspname = 'db_workflow' AND held.strength > 1),
        sum(written.rows - coalesce((counted ->> c.oid::text)::bigint, 0)),
        jsonb_object_agg(c.oid::text, written.rows) FILTER (WHERE written.rows > 0),
        jsonb_agg(CASE WHEN c.oid IS NULL THEN '{"dropped": true}' ELSE '{}'::jsonb END
            || jsonb_build_object(
                'relation', CASE WHEN c.oid IS NULL THEN held.relation::text
                    ELSE format('%I.%I', n.nspname, c.relname) END,
                'mode', strengths[held.strength],
                'held_ms', took,
                'rows', CASE WHEN c.reltuples >= 0 AND c.relkind <> 'S'
                    THEN c.reltuples::bigint END,
                'bytes', c.relpages::bigint * current_setting('block_size')::bigint)
            ORDER BY held.strength DESC, n.nspname, c.relname)
        -- The row of the column `tableoid` is never written again; a view has none, but a type.
        FILTER (WHERE numbers IS NULL OR c.oid IS NULL OR NOT CASE c.relkind
            WHEN 'v' THEN EXISTS (SELECT FROM pg_type
                WHERE oid = c.reltype AND xmin = ANY (numbers))
            ELSE EXISTS (SELECT FROM pg_attribute
                WHERE attrelid = c.oid AND attnum = -6 AND xmin = ANY (numbers)) END)
    INTO meddled, touched, sums, taken
    FROM (SELECT relation, max(array_position(strengths, mode)) AS strength
        FROM unnest(relations, modes) AS one (relation, mode) GROUP BY relation) AS held
    LEFT JOIN pg_class c ON c.oid = held.relation
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL (SELECT pg_stat_get_xact_tuples_inserted(c.oid)
        + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid) AS rows
        WHERE c.relkind IN ('r', 'm')) AS written ON true
    WHERE c.oid IS NULL OR n.nspname = 'db_workflow' OR c.relkind IN ('r', 'p', 'm', 'f', 'v', 'S');
    IF meddled THEN
        RAISE EXCEPTION 'the step wrote into what the workflow records' USING ERRCODE = 'DBW04';
    END IF;
    INSERT INTO db_workflow.migration AS old (version, name, position, kind, checksum, outcome,
        duration_ms, rows_touched, locks, tool_version)
    VALUES (step_version, step_name, step_position, step_kind, step_checksum, 'ran', took,
        CASE WHEN current_setting('server_version_num')::integer >= 150000
            AND current_setting('track_counts')::boolean THEN coalesce(touched, 0) END, coalesce(taken, '[]'), tool)
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
    IF goes_on AND sums IS NOT NULL THEN
        PERFORM set_config('db_workflow.counted', (counted || sums)::text, false);
    END IF;
END
