-- As in 007: rows look for their batch a statement at a time, and only a batch without rows is deleted.
ALTER TABLE batch_rows DROP CONSTRAINT batch_rows_batch_id_fkey;

CREATE OR REPLACE FUNCTION batch_rows_refer() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$ BEGIN
    PERFORM 1 FROM added a LEFT JOIN matters m ON m.id = a.matter_id WHERE a.matter_id IS NOT NULL AND m.id IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a row of a batch without its matter'; END IF;
    PERFORM 1 FROM (SELECT DISTINCT batch_id FROM added) a LEFT JOIN batches b ON b.id = a.batch_id WHERE b.id IS NULL LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a row without its batch'; END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION batches_keep_their_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM 1 FROM batch_rows WHERE batch_id = OLD.id LIMIT 1;
    IF FOUND THEN RAISE foreign_key_violation USING MESSAGE = 'a batch that has rows'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keeps_rows BEFORE DELETE OR UPDATE OF id ON batches FOR EACH ROW EXECUTE FUNCTION batches_keep_their_rows();
