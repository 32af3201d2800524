-- state: 1 applied (submitted), 2 approved, 3 done, 4 refused by a rule, 5 draft, 6 returned, 7 rejected, 8 lapsed (docs/matters.md).

-- The license that a matter is about; null for one that is not there yet.
ALTER TABLE matters ADD COLUMN serial BIGINT;

-- Who returned or rejected it, when and why.
ALTER TABLE matters ADD COLUMN decider TEXT;
ALTER TABLE matters ADD COLUMN decided_ms BIGINT;
ALTER TABLE matters ADD COLUMN ground TEXT;

-- When it was done, refused, rejected or lapsed; null for matters that ended under a former release.
ALTER TABLE matters ADD COLUMN finished_ms BIGINT;

CREATE INDEX matters_of_license ON matters (serial);
CREATE INDEX open_loss_reports ON matters (applied_ms) WHERE type = 9 AND state = 1;
CREATE UNIQUE INDEX one_open_amendment ON matters (serial) WHERE type IN (6, 7) AND state < 3;

-- Years that licenses reported on (年报); the reports are the contents of their matters.
CREATE TABLE annual_reports (
    serial BIGINT NOT NULL REFERENCES licenses (serial),
    year BIGINT NOT NULL,
    matter_id BIGINT NOT NULL UNIQUE REFERENCES matters (id),
    CONSTRAINT one_report_a_year PRIMARY KEY (serial, year)
);

-- Enterprises and persons whose matters are held up. A person is a keyed hash of an identifier, never the identifier. until_day: days since 0001-01-01, its last one included.
CREATE TABLE black_list (
    id BIGINT PRIMARY KEY,
    credit_code TEXT,
    person_mark BYTEA,
    ground TEXT NOT NULL,
    until_day BIGINT NOT NULL,
    source TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_ms BIGINT NOT NULL,
    CONSTRAINT one_subject CHECK ((credit_code IS NULL) <> (person_mark IS NULL))
);
CREATE INDEX black_list_by_code ON black_list (credit_code);
CREATE INDEX black_list_by_person ON black_list (person_mark);

-- Which file of which authority the imported entries come from.
CREATE TABLE black_list_imports (
    origin TEXT NOT NULL,
    issued BIGINT NOT NULL,
    file_digest BYTEA NOT NULL,
    imported_by TEXT NOT NULL,
    imported_ms BIGINT NOT NULL,
    CONSTRAINT one_import PRIMARY KEY (origin, issued)
);

CREATE TABLE black_list_overrides (
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    content_hash BYTEA NOT NULL,
    person TEXT NOT NULL,
    ground TEXT NOT NULL,
    given_ms BIGINT NOT NULL
);
CREATE INDEX overrides_of_matter ON black_list_overrides (matter_id);
