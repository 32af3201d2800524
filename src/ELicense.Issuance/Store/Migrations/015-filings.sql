-- Filings from outside (docs/filings.md), what they were and who proved it. Append-only. evidence: 1 signed by the enterprise's token, 2 by a portal.
-- certificate_index is that of the enterprise's certificate; content is a matter's content at the office, file the whole filing: null for one that a rule refused when it came in.
CREATE TABLE filings (
    id BIGINT PRIMARY KEY,
    digest BYTEA NOT NULL UNIQUE,
    license_serial BIGINT NOT NULL REFERENCES licenses (serial),
    nonce BYTEA NOT NULL,
    office BIGINT NOT NULL,
    evidence BIGINT NOT NULL CHECK (evidence IN (1, 2)),
    certificate_index BIGINT NOT NULL REFERENCES signed_certificates (certificate_index),
    filed_s BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    content BYTEA,
    content_hash BYTEA,
    file BYTEA,
    CONSTRAINT one_filing_a_nonce UNIQUE (license_serial, nonce),
    CONSTRAINT filed_whole CHECK ((content IS NULL) = (content_hash IS NULL) AND (content IS NULL) = (file IS NULL))
);
CREATE INDEX filings_of_certificate ON filings (certificate_index, received_ms);

-- Where each stands. state: 1 filed, 2 accepted, 3 returned, 4 refused, 5 submitted: then its matter says the rest.
-- answered: state of the newest answer in the publication (FilingState + 1), 0 none, 8 removed after its time.
CREATE TABLE filing_states (
    filing_id BIGINT PRIMARY KEY REFERENCES filings (id),
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),
    officer TEXT,
    decided_ms BIGINT,
    ground TEXT,
    refusal_code TEXT,
    refusal_detail TEXT,
    matter_id BIGINT REFERENCES matters (id),
    answered BIGINT NOT NULL DEFAULT 0,
    answered_ms BIGINT,
    CONSTRAINT filing_submitted CHECK ((state = 5) = (matter_id IS NOT NULL)),
    CONSTRAINT filing_taken_up CHECK ((state IN (1, 4)) = (officer IS NULL)),
    CONSTRAINT filing_refused CHECK ((state = 4) = (refusal_code IS NOT NULL))
);
CREATE INDEX filings_in_state ON filing_states (state, filing_id);
CREATE INDEX filings_to_answer ON filing_states (filing_id) WHERE answered < 3;
CREATE INDEX filings_answered ON filing_states (answered_ms) WHERE answered BETWEEN 3 AND 7;
CREATE INDEX filings_of_matter ON filing_states (matter_id) WHERE matter_id IS NOT NULL;
