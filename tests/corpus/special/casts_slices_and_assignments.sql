CREATE FUNCTION named_arguments(a int, b text DEFAULT ';') RETURNS text LANGUAGE sql
  AS $$ SELECT a::text || b $$;
CREATE TABLE slices (n int, a int[], m int[][]);
INSERT INTO slices VALUES (2, '{1,2,3}', ARRAY[[1,2],[3,4]]::int[][]);
UPDATE slices SET a[1:2] = '{7,8}'::int[], m[1:2][1:1] = '{{5},{6}}';
CREATE VIEW slice_view AS
  SELECT a[1:n] AS x, a[n:] AS y, a[:n] AS z, a[1::int:n::int] AS w, a[:'2'::int] AS v,
    named_arguments(a:=1, b := ':x;') AS u, named_arguments(b => 'y', a=>2) AS t FROM slices;
