CREATE TABLE copied_old (a text, b text);
copy copied_old from stdin with delimiter '|' null 'none' csv quote as '"';
"a|b"|none
\.
COPY copied_old(a,b)FROM STDIN USING DELIMITERS ',';
c,d
\.
