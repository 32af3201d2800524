-- A register as one batch. state: 1 being read, 2 applied, 3 approved, 4 carried out, 5 cancelled. file_hash finds the batch again when the same file comes again.
CREATE TABLE batches (
    id BIGINT PRIMARY KEY,
    state BIGINT NOT NULL,
    office BIGINT NOT NULL,
    file_hash BYTEA NOT NULL,
    content_hash BYTEA,
    applicant TEXT NOT NULL,
    applied_ms BIGINT NOT NULL,
    approver TEXT,
    approver_origin TEXT,
    approved_ms BIGINT,
    CONSTRAINT batch_four_eyes CHECK (approver <> applicant),
    CONSTRAINT batch_decided CHECK (state NOT IN (3, 4) OR approver IS NOT NULL),
    CONSTRAINT batch_hashed CHECK ((state = 1) = (content_hash IS NULL))
);
CREATE UNIQUE INDEX one_batch_of_a_file ON batches (file_hash, office) WHERE state < 5;

-- outcome: 1 new, 2 unchanged, 3 changed, 4 rejected. How far an accepted row has come is said by its matter alone.
CREATE TABLE batch_rows (
    batch_id BIGINT NOT NULL REFERENCES batches (id),
    row_number BIGINT NOT NULL,
    outcome BIGINT NOT NULL,
    credit_code TEXT,
    matter_id BIGINT UNIQUE REFERENCES matters (id),
    refusal_code TEXT,
    refusal_detail TEXT,
    PRIMARY KEY (batch_id, row_number),
    CONSTRAINT accepted_has_a_matter CHECK ((outcome IN (1, 3)) = (matter_id IS NOT NULL)),
    CONSTRAINT rejected_has_a_code CHECK ((outcome = 4) = (refusal_code IS NOT NULL))
);
