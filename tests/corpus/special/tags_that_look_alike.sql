CREATE TABLE look_alike (a text);
INSERT INTO look_alike VALUES ($a$ $A$; $ab$ $a $a$), ($A$ $a$; $A$), ($_$;$_$), ($é$;$é$), ($a1$;$a1$);
INSERT INTO look_alike VALUES ($body$ $body; body$ $$ $body$);
