-- psql waits for an END that never comes.
CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE takes_begin(begin int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION gives_begin(OUT begin int) RETURN 2;
CREATE TABLE begun AS SELECT begin() AS a;
