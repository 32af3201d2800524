-- Offices (登记机关) as a tree: 1 province, 2 city, 3 county. They come from the authority's configuration.
CREATE TABLE offices (
    number BIGINT PRIMARY KEY,
    parent BIGINT REFERENCES offices (number),
    level BIGINT NOT NULL CHECK (level BETWEEN 1 AND 3),
    CONSTRAINT one_root CHECK ((level = 1) = (parent IS NULL))
);

-- A person is one human being, whatever certificates are shown. id is the staff number.
CREATE TABLE persons (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    office BIGINT NOT NULL REFERENCES offices (number),
    enrolled_ms BIGINT NOT NULL,
    withdrawn_ms BIGINT
);

-- SHA-256 of each certificate; it belongs to one person for ever.
CREATE TABLE person_certificates (
    fingerprint BYTEA NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES persons (id),
    added_ms BIGINT NOT NULL,
    withdrawn_ms BIGINT
);
CREATE INDEX certificates_of_person ON person_certificates (person);

-- A role at an office holds for the offices below it.
CREATE TABLE person_roles (
    person TEXT NOT NULL REFERENCES persons (id),
    role BIGINT NOT NULL,
    office BIGINT NOT NULL REFERENCES offices (number),
    PRIMARY KEY (person, role, office)
);

-- A change of people or rights, proposed by one administrator. state: 1 proposed, 2 confirmed, 3 rejected.
CREATE TABLE people_changes (
    id BIGINT PRIMARY KEY,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 3),
    content BYTEA NOT NULL,
    content_hash BYTEA NOT NULL,
    proposer TEXT NOT NULL REFERENCES persons (id),
    proposed_ms BIGINT NOT NULL,
    decider TEXT REFERENCES persons (id),
    decided_ms BIGINT,
    CONSTRAINT four_eyes_on_people CHECK (state <> 2 OR decider <> proposer),
    CONSTRAINT people_decided CHECK ((state = 1) = (decider IS NULL) AND (decider IS NULL) = (decided_ms IS NULL))
);

-- What was answered to a call with an Idempotency-Key; status NULL while the call runs.
CREATE TABLE idempotency_keys (
    person TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    started_ms BIGINT NOT NULL,
    status BIGINT,
    content_type TEXT,
    location TEXT,
    body BYTEA,
    PRIMARY KEY (person, idempotency_key)
);
