CREATE FUNCTION odd_sum(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE OPERATOR <%> (FUNCTION = odd_sum, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR @#! (FUNCTION = odd_sum, LEFTARG = int, RIGHTARG = int);
CREATE TABLE odd_operators AS SELECT 1 <%> 2 AS a, 3 @#! 4 AS b, 5 OPERATOR(public.<%>) 6 AS c;
