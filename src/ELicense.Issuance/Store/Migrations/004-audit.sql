-- The audit trail, append-only: entry_hash = SHA-256(hash of the entry before ‖ entry), and the hash before the first is 32 zero bytes.
-- Append-only tables, whose rows no role of the application may update or delete: audit_trail, audit_anchors (and of 001 log_entries, prepared_licenses, signed_licenses).
CREATE TABLE audit_trail (
    number BIGINT PRIMARY KEY,
    entry BYTEA NOT NULL,
    entry_hash BYTEA NOT NULL
);

-- Length and newest hash of the trail, in the locked head row: numbers have no gaps, and a trail that was cut short is shorter than it says.
ALTER TABLE head ADD COLUMN audit_size BIGINT NOT NULL DEFAULT 0;
ALTER TABLE head ADD COLUMN audit_hash BYTEA;

-- Entries of the log that state the trail's head. Positions come from the head row, as those of log_entries do.
CREATE TABLE audit_anchors (
    position BIGINT PRIMARY KEY,
    entry BYTEA NOT NULL,
    audit_size BIGINT NOT NULL UNIQUE,
    anchored_ms BIGINT NOT NULL
);

-- All entries of the log, whatever they are about.
CREATE VIEW whole_log AS
SELECT position, entry FROM log_entries
UNION ALL
SELECT position, entry FROM audit_anchors;
