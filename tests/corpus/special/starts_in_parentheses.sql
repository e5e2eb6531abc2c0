CREATE TABLE in_parentheses AS (SELECT 1 AS a);
(SELECT 1) UNION (SELECT 2);
((SELECT a FROM in_parentheses));
VALUES (1, ';'), (2, ')');
TABLE in_parentheses;
