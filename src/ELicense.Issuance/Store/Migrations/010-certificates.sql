-- Certificates of enterprises (docs/certificates.md). certificate_index = list * 2^16 + index: unique over all lists; a list belongs to one issuing key.
ALTER TABLE head ADD COLUMN next_certificate_index BIGINT NOT NULL DEFAULT 0;

-- The exact bytes, before they are signed: one certificate for a matter that gives the right to one, and one for a key. Append-only, as all tables here but certificate_standings.
-- issuer is the kid of the CA's key, serial the certificate's, both hexadecimal; challenge is what the token signs when the certificate is handed over.
CREATE TABLE prepared_certificates (
    certificate_index BIGINT PRIMARY KEY,
    matter_id BIGINT NOT NULL UNIQUE REFERENCES matters (id),
    license_serial BIGINT NOT NULL REFERENCES licenses (serial),
    issuer TEXT NOT NULL,
    serial TEXT NOT NULL,
    key_hash BYTEA NOT NULL UNIQUE,
    key_made_at_counter BIGINT NOT NULL CHECK (key_made_at_counter IN (0, 1)),
    to_be_signed BYTEA NOT NULL,
    challenge BYTEA NOT NULL,
    prepared_ms BIGINT NOT NULL,
    CONSTRAINT one_certificate_a_serial UNIQUE (issuer, serial)
);
CREATE INDEX certificates_of_license ON prepared_certificates (license_serial);

-- The key admits one signature of a prepared certificate.
CREATE TABLE signed_certificates (
    certificate_index BIGINT PRIMARY KEY REFERENCES prepared_certificates (certificate_index),
    certificate BYTEA NOT NULL,
    signed_ms BIGINT NOT NULL
);

-- Entries of the log about certificates. Positions come from the head row, as those of log_entries do.
CREATE TABLE certificate_entries (
    position BIGINT PRIMARY KEY,
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    certificate_index BIGINT NOT NULL REFERENCES signed_certificates (certificate_index),
    entry BYTEA NOT NULL
);

-- What the log's newest entry says of each certificate.
CREATE TABLE certificate_standings (
    certificate_index BIGINT PRIMARY KEY REFERENCES signed_certificates (certificate_index),
    issued_at_position BIGINT NOT NULL UNIQUE REFERENCES certificate_entries (position),
    standing BIGINT NOT NULL,
    reason BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL
);

-- A certificate is replaced (补领) once.
CREATE TABLE certificate_replacements (
    certificate_index BIGINT PRIMARY KEY REFERENCES signed_certificates (certificate_index),
    matter_id BIGINT NOT NULL UNIQUE REFERENCES matters (id)
);

-- The enterprise's token has answered the challenge.
CREATE TABLE certificate_handovers (
    certificate_index BIGINT PRIMARY KEY REFERENCES signed_certificates (certificate_index),
    officer TEXT NOT NULL,
    handed_over_ms BIGINT NOT NULL
);

-- All entries of the log, whatever they are about.
DROP VIEW whole_log;
CREATE VIEW whole_log AS
SELECT position, entry FROM log_entries
UNION ALL
SELECT position, entry FROM certificate_entries
UNION ALL
SELECT position, entry FROM audit_anchors;
