-- What was written once stays, also for the owner of the tables. The application's role has no UPDATE and no DELETE on a table with this trigger:
-- after migrating, the owner grants by it (PostgresDialect.GrantTo).
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entries FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON prepared_licenses FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON signed_licenses FOR EACH STATEMENT EXECUTE FUNCTION append_only();
