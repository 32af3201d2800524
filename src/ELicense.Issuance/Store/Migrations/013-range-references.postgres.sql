-- As in 007. What a chunk refers to was mostly numbered in a row: then one range of an index says that all of it is there. Where it does not, each row is looked for.
-- A standing names the license of its log entry, and that entry was found to have a signed license: one look is enough.
CREATE OR REPLACE FUNCTION prepared_licenses_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE rows BIGINT; first_matter BIGINT; last_matter BIGINT; first_serial BIGINT; last_serial BIGINT; BEGIN
    SELECT count(*), min(matter_id), max(matter_id), min(serial), max(serial) INTO rows, first_matter, last_matter, first_serial, last_serial FROM added;
    IF last_matter - first_matter < rows AND last_serial - first_serial < rows
        AND (SELECT count(*) FROM matters WHERE id BETWEEN first_matter AND last_matter) = last_matter - first_matter + 1
        AND (SELECT count(*) FROM licenses WHERE serial BETWEEN first_serial AND last_serial) = last_serial - first_serial + 1 THEN RETURN NULL; END IF;
    PERFORM 1 FROM added a LEFT JOIN matters m ON m.id = a.matter_id LEFT JOIN licenses l ON l.serial = a.serial WHERE m.id IS NULL OR l.serial IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a prepared license without its matter or license'; END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION signed_licenses_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE rows BIGINT; first_index BIGINT; last_index BIGINT; BEGIN
    SELECT count(*), min(status_index), max(status_index) INTO rows, first_index, last_index FROM added;
    IF last_index - first_index < rows
        AND (SELECT count(*) FROM prepared_licenses WHERE status_index BETWEEN first_index AND last_index) = last_index - first_index + 1 THEN RETURN NULL; END IF;
    PERFORM 1 FROM added a LEFT JOIN prepared_licenses p ON p.status_index = a.status_index WHERE p.status_index IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a signature of nothing that was prepared'; END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION log_entries_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE rows BIGINT; first_matter BIGINT; last_matter BIGINT; first_index BIGINT; last_index BIGINT; BEGIN
    SELECT count(*), min(matter_id), max(matter_id), min(status_index), max(status_index) INTO rows, first_matter, last_matter, first_index, last_index FROM added;
    IF last_matter - first_matter < rows AND last_index - first_index < rows
        AND (SELECT count(*) FROM matters WHERE id BETWEEN first_matter AND last_matter) = last_matter - first_matter + 1
        AND (SELECT count(*) FROM signed_licenses WHERE status_index BETWEEN first_index AND last_index) = last_index - first_index + 1 THEN RETURN NULL; END IF;
    PERFORM 1 FROM added a LEFT JOIN matters m ON m.id = a.matter_id LEFT JOIN signed_licenses s ON s.status_index = a.status_index
    WHERE m.id IS NULL OR s.status_index IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a log entry without its matter or signed license'; END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION standings_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN
    PERFORM 1 FROM added a LEFT JOIN log_entries e ON e.position = a.issued_at_position WHERE e.status_index IS DISTINCT FROM a.status_index LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a standing without its log entry'; END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION batch_rows_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE rows BIGINT; first_matter BIGINT; last_matter BIGINT; BEGIN
    PERFORM 1 FROM (SELECT DISTINCT batch_id FROM added) a LEFT JOIN batches b ON b.id = a.batch_id WHERE b.id IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a row without its batch'; END IF;
    SELECT count(matter_id), min(matter_id), max(matter_id) INTO rows, first_matter, last_matter FROM added;
    IF last_matter - first_matter < rows
        AND (SELECT count(*) FROM matters WHERE id BETWEEN first_matter AND last_matter) = last_matter - first_matter + 1 THEN RETURN NULL; END IF;
    PERFORM 1 FROM added a LEFT JOIN matters m ON m.id = a.matter_id WHERE a.matter_id IS NOT NULL AND m.id IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a row of a batch without its matter'; END IF;
    RETURN NULL;
END $$;
