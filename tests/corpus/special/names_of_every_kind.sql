CREATE TABLE "semi;colon" ("a;b" int, "quo""te" text, "--no comment" int, "/*" int, "$$" int);
INSERT INTO "semi;colon" VALUES (1, ';', 2, 3, 4);
CREATE TABLE naïve_Größe_表 (été int, "Ünder" text, ñ$1 int, _ int, a$b$c int);
INSERT INTO naïve_Größe_表 (été, "Ünder", ñ$1, _, a$b$c) VALUES (1, '数学;', 2, 3, 4);
CREATE TABLE U&"d\0061ta;" (U&"!0061" UESCAPE '!' int);
COMMENT ON TABLE "semi;colon" IS $$a "comment"; with 'quotes'$$;
