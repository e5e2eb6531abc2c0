CREATE SEQUENCE counted START WITH 10 INCREMENT BY -5 MINVALUE -100 MAXVALUE 10 CYCLE;
SELECT nextval('counted'), setval('counted', 5, false), nextval('counted');
ALTER SEQUENCE counted OWNED BY NONE;
