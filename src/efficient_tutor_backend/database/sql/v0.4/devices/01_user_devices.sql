-- Phones and browsers that receive notifications. A push token belongs to one device,
-- so whoever signs in on it last takes the token over.

CREATE TYPE device_platform AS ENUM ('IOS', 'ANDROID', 'WEB');

CREATE TABLE user_devices (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    platform device_platform NOT NULL,
    push_token text NOT NULL,
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_user_devices PRIMARY KEY (id),
    CONSTRAINT fk_user_devices_user_id
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_user_devices_push_token UNIQUE (push_token)
);

CREATE INDEX ix_user_devices_user_id ON user_devices (user_id);
