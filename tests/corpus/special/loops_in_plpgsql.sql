CREATE FUNCTION loops(n int) RETURNS int LANGUAGE plpgsql AS $fn$
<<outer>> DECLARE total int := 0; i record;
BEGIN
  FOR i IN SELECT g FROM generate_series(1, n) g LOOP
    CASE WHEN i.g % 2 = 0 THEN total := total + i.g; ELSE NULL; END CASE;
    BEGIN total := total / (i.g - 2); EXCEPTION WHEN division_by_zero THEN total := 0; END;
  END LOOP;
  EXECUTE format($f$ SELECT %L || $i$;$i$ $f$, 'it''s'); RETURN total;
END; $fn$;
