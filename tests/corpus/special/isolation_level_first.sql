SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
CREATE TABLE serialized AS SELECT current_setting('transaction_isolation') AS level;
