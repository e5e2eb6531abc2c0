CREATE TABLE times AS SELECT interval'1 day' AS a, DATE'2026-01-02' AS b, TIME '03:04:05' AS c,
  timestamptz'2026-01-02 03:04:05+01'AT TIME ZONE'UTC' AS d, 1e3 AS e, .5 AS f, 1.e-2 AS g, 0 AS h;
