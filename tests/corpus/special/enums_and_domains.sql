CREATE TYPE punctuation AS ENUM (';', '--', '/*', '''', '$$', '\');
CREATE DOMAIN not_semicolon AS text CHECK (VALUE <> ';') DEFAULT ',';
CREATE TABLE punctuated (a punctuation DEFAULT ';', b not_semicolon);
INSERT INTO punctuated DEFAULT VALUES; INSERT INTO punctuated VALUES ('--', '/*'), ('''', '\');
