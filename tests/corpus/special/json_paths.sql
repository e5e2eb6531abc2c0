CREATE TABLE json_paths (doc jsonb);
INSERT INTO json_paths VALUES ('{"a": {"b;": [1, 2]}, "c:d": ":e"}'), ('{"a":1.10}'::jsonb);
SELECT doc -> 'a' ->> 'b;', doc #> '{a,b;}', doc @? '$.a ? (@ > 1)', doc @@ '$.* == 1',
  jsonb_path_query(doc, '$.**."b;"[*] ? (@ >= $n)', '{"n": 1}') FROM json_paths;
SELECT doc ? 'a', doc ?| ARRAY['a;', 'c:d'], doc - 'a' FROM json_paths;
