LISTEN "a;b"; NOTIFY "a;b", 'it''s; here'; UNLISTEN *; CREATE TABLE notified (a int);
