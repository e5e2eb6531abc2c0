CREATE TABLE dollar$$names (a$ int, b$$ text);
INSERT INTO dollar$$names (a$, b$$) VALUES (1, $$;$$), (2, $a$;$a$);
SELECT a$, b$$ FROM dollar$$names WHERE b$$=$$;$$;
