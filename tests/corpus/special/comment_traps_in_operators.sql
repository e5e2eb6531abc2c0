CREATE TABLE operator_traps (a int, b int);
INSERT INTO operator_traps SELECT 2*/* ; */3, 4-- ;
-5;
INSERT INTO operator_traps SELECT 6-/* ; */-1, 8+--;
1;
INSERT INTO operator_traps SELECT 9*/**//**/1, @ -/* ' */10;
