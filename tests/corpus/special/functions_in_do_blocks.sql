-- A DO block that makes a function whose body holds dollar quotes, with semicolons at every depth.
DO $do$
BEGIN
  EXECUTE $make$
    CREATE FUNCTION in_do() RETURNS text LANGUAGE plpgsql AS $body$
    DECLARE said text := $q$a; $$ b $q$;
    BEGIN
      RETURN said || $$;$$ || ';';
    END
    $body$;
  $make$;
END
$do$;
CREATE TABLE in_do_says AS SELECT in_do() AS said;
