-- The common subset of SQLite and PostgreSQL; instants are milliseconds since 1970-01-01T00:00:00Z.
-- The store's dialect says what a 64-bit primary key is called (BIGINT PRIMARY KEY).

-- One locked row orders everything: whoever changes it holds the right to number.
CREATE TABLE head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    next_matter BIGINT NOT NULL,
    next_serial BIGINT NOT NULL,
    next_status_index BIGINT NOT NULL,
    log_size BIGINT NOT NULL,
    last_signed_ms BIGINT NOT NULL
);
INSERT INTO head (id, next_matter, next_serial, next_status_index, log_size, last_signed_ms) VALUES (1, 1, 1, 0, 0, 0);

-- state: 1 applied, 2 approved, 3 done, 4 refused by a rule.
CREATE TABLE matters (
    id BIGINT PRIMARY KEY,
    type BIGINT NOT NULL,
    state BIGINT NOT NULL,
    office BIGINT NOT NULL,
    credit_code TEXT,
    content BYTEA NOT NULL,
    content_hash BYTEA NOT NULL,
    applicant TEXT NOT NULL,
    applied_ms BIGINT NOT NULL,
    approver TEXT,
    approved_ms BIGINT,
    refusal_code TEXT,
    refusal_detail TEXT,
    CONSTRAINT four_eyes CHECK (approver <> applicant),
    CONSTRAINT decided CHECK ((state = 1) = (approver IS NULL) AND (approver IS NULL) = (approved_ms IS NULL)),
    CONSTRAINT refused CHECK ((state = 4) = (refusal_code IS NOT NULL))
);
CREATE INDEX open_matters ON matters (state, id) WHERE state < 3;
CREATE UNIQUE INDEX one_open_issuance ON matters (credit_code) WHERE type = 1 AND state < 3;

CREATE TABLE licenses (
    serial BIGINT PRIMARY KEY,
    credit_code TEXT NOT NULL UNIQUE,
    newest_version BIGINT NOT NULL
);

-- The exact bytes, before they are signed. status_index = list * 2^20 + index: unique over all lists.
CREATE TABLE prepared_licenses (
    status_index BIGINT PRIMARY KEY,
    matter_id BIGINT NOT NULL UNIQUE REFERENCES matters (id),
    serial BIGINT NOT NULL REFERENCES licenses (serial),
    version BIGINT NOT NULL,
    claims BYTEA NOT NULL,
    to_be_signed BYTEA NOT NULL,
    document BYTEA NOT NULL,
    prepared_ms BIGINT NOT NULL,
    CONSTRAINT one_version UNIQUE (serial, version)
);

-- The key admits one signature of a prepared license.
CREATE TABLE signed_licenses (
    status_index BIGINT PRIMARY KEY REFERENCES prepared_licenses (status_index),
    token BYTEA NOT NULL,
    signed_ms BIGINT NOT NULL
);

CREATE TABLE log_entries (
    position BIGINT PRIMARY KEY,
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    status_index BIGINT NOT NULL REFERENCES signed_licenses (status_index),
    entry BYTEA NOT NULL
);

-- What the log's newest entry says of each version, and to what a suspended one returns.
CREATE TABLE standings (
    status_index BIGINT PRIMARY KEY REFERENCES signed_licenses (status_index),
    issued_at_position BIGINT NOT NULL UNIQUE REFERENCES log_entries (position),
    standing BIGINT NOT NULL,
    before_suspension BIGINT NOT NULL
);

-- The newest signed checkpoint; replaced only by compare-and-swap on its size.
CREATE TABLE checkpoint (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    root BYTEA,
    note BYTEA
);
INSERT INTO checkpoint (id, size, root, note) VALUES (1, 0, NULL, NULL);
