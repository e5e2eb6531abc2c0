CREATE TABLE bit_strings (a bit(4) DEFAULT b'0101', b bit(8) DEFAULT X'ff');
INSERT INTO bit_strings VALUES (B'1001', x'0F');
