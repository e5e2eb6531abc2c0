CREATE TABLE copied_nothing (a int);COPY copied_nothing FROM stdin;
\.
COPY copied_nothing FROM stdin /* still nothing; */ ; /* none */ -- none
\.
INSERT INTO copied_nothing VALUES (1);
