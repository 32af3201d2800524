-- What a chunk refers to is looked for a statement at a time: PostgreSQL's own foreign keys ask, and lock, once a row, which was a third of what bulk issue cost the
-- server. Nothing that is referred to is ever deleted or renumbered (append_only, stays), so no row needs a lock. The plans stay on the indexes, however small the
-- tables were when they were made.
ALTER TABLE prepared_licenses DROP CONSTRAINT prepared_licenses_matter_id_fkey, DROP CONSTRAINT prepared_licenses_serial_fkey;
ALTER TABLE signed_licenses DROP CONSTRAINT signed_licenses_status_index_fkey;
ALTER TABLE log_entries DROP CONSTRAINT log_entries_matter_id_fkey, DROP CONSTRAINT log_entries_status_index_fkey;
ALTER TABLE standings DROP CONSTRAINT standings_status_index_fkey, DROP CONSTRAINT standings_issued_at_position_fkey;
ALTER TABLE batch_rows DROP CONSTRAINT batch_rows_matter_id_fkey;

CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'rows of % are neither deleted nor renumbered', TG_TABLE_NAME; END $$;
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id ON matters FOR EACH STATEMENT EXECUTE FUNCTION stays();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE OR UPDATE OF serial ON licenses FOR EACH STATEMENT EXECUTE FUNCTION stays();

CREATE FUNCTION prepared_licenses_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN
    PERFORM 1 FROM added a LEFT JOIN matters m ON m.id = a.matter_id LEFT JOIN licenses l ON l.serial = a.serial WHERE m.id IS NULL OR l.serial IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a prepared license without its matter or license'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refer AFTER INSERT ON prepared_licenses REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION prepared_licenses_refer();

CREATE FUNCTION signed_licenses_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN
    PERFORM 1 FROM added a LEFT JOIN prepared_licenses p ON p.status_index = a.status_index WHERE p.status_index IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a signature of nothing that was prepared'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refer AFTER INSERT ON signed_licenses REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION signed_licenses_refer();

CREATE FUNCTION log_entries_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN
    PERFORM 1 FROM added a LEFT JOIN matters m ON m.id = a.matter_id LEFT JOIN signed_licenses s ON s.status_index = a.status_index
    WHERE m.id IS NULL OR s.status_index IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a log entry without its matter or signed license'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refer AFTER INSERT ON log_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION log_entries_refer();

CREATE FUNCTION standings_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN
    PERFORM 1 FROM added a LEFT JOIN signed_licenses s ON s.status_index = a.status_index LEFT JOIN log_entries e ON e.position = a.issued_at_position
    WHERE s.status_index IS NULL OR e.position IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a standing without its signed license or log entry'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refer AFTER INSERT ON standings REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION standings_refer();

CREATE FUNCTION batch_rows_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN
    PERFORM 1 FROM added a LEFT JOIN matters m ON m.id = a.matter_id WHERE a.matter_id IS NOT NULL AND m.id IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a row of a batch without its matter'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refer AFTER INSERT ON batch_rows REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION batch_rows_refer();
