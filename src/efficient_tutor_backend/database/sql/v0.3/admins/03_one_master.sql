-- At most one Master (index), and never none once there was one (trigger).

ALTER TABLE admins
    ALTER COLUMN privilege SET NOT NULL,
    ALTER COLUMN privilege SET DEFAULT 'Normal',
    DROP COLUMN is_owner;

CREATE UNIQUE INDEX uq_admins_one_master ON admins (privilege) WHERE privilege = 'Master';

-- The search path is pinned: the function must see these admins, whoever calls it.
CREATE FUNCTION refuse_losing_last_master() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM admins WHERE privilege = 'Master') THEN
        RAISE EXCEPTION 'the last Master admin can be neither deleted nor demoted'
            USING ERRCODE = 'restrict_violation',
                  TABLE = TG_TABLE_NAME,
                  CONSTRAINT = TG_NAME,
                  HINT = 'To hand over: SET CONSTRAINTS tr_admins_keep_master DEFERRED, '
                         'demote the old Master and promote the new one in one transaction.';
    END IF;
    RETURN NULL;
END
$$;

-- A constraint trigger, because it can be deferred to the end of the transaction:
-- without that, one Master at most and one at least would forbid any handover.
CREATE CONSTRAINT TRIGGER tr_admins_keep_master
    AFTER DELETE OR UPDATE OF privilege ON admins
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW
    WHEN (OLD.privilege = 'Master')
    EXECUTE FUNCTION refuse_losing_last_master();
