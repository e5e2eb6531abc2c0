CREATE TABLE secured (owner text, a int); ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secured FOR ALL USING (owner = current_user OR owner = ';') WITH CHECK (a > 0);
INSERT INTO secured VALUES (';', 1);
