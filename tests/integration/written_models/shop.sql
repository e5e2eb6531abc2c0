CREATE TYPE order_status AS ENUM ('new', 'paid', 'Sent-Off');
CREATE TABLE customers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE CHECK (email LIKE '%_@_%'),
    name varchar(80) COLLATE "C",
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY (START 1000 CACHE 20) PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers ON DELETE CASCADE,
    status order_status NOT NULL DEFAULT 'new',
    history order_status[] NOT NULL DEFAULT '{}',
    total numeric(10, 2) NOT NULL DEFAULT 0,
    gross numeric GENERATED ALWAYS AS (total * 1.2) STORED,
    note text DEFAULT 'a:b ''quoted'' 100% \ :done'
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX ON orders (lower(note), total DESC NULLS LAST) INCLUDE (status) WHERE total > 0;
CREATE TABLE products (
    id serial PRIMARY KEY,
    title text NOT NULL,
    parent_id int REFERENCES products,
    COMMENT text
);
CREATE INDEX ON products (parent_id);
COMMENT ON TABLE products IS 'What is sold: "all" of it, 100%.';
COMMENT ON COLUMN products.title IS 'It''s the title';
CREATE TABLE order_products (
    order_id bigint REFERENCES orders ON DELETE CASCADE,
    product_id int REFERENCES products ON DELETE RESTRICT,
    amount int NOT NULL CHECK (amount > 0),
    PRIMARY KEY (order_id, product_id)
);
CREATE INDEX ON order_products (product_id);
CREATE TABLE invoices (
    order_id bigint PRIMARY KEY REFERENCES orders ON DELETE CASCADE,
    paid_at timestamptz
);
