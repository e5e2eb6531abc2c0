-- Two kinds that 'others' was standing in for. In a file of their own: PostgreSQL
-- refuses to use an enum value in the transaction that adds it.

ALTER TYPE availability_type ADD VALUE 'work';
ALTER TYPE availability_type ADD VALUE 'personal';
