CREATE TABLE copied_csv (id int, name text, note text DEFAULT 'none');
COPY copied_csv (id, name)
  FROM STDIN
  (FORMAT csv, HEADER true)
  WHERE id <> 2;
id,name
1,"two
lines; with ""quotes"" and \ backslash"
2,"left out"
3,"\. is not the end here"
\.
