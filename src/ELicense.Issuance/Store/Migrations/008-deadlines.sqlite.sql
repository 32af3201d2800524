CREATE TRIGGER matter_turns_are_not_updated BEFORE UPDATE ON matter_turns BEGIN SELECT RAISE(ABORT, 'matter_turns is append-only'); END;
CREATE TRIGGER matter_turns_are_not_deleted BEFORE DELETE ON matter_turns BEGIN SELECT RAISE(ABORT, 'matter_turns is append-only'); END;
CREATE TRIGGER matter_limits_are_not_updated BEFORE UPDATE ON matter_limits BEGIN SELECT RAISE(ABORT, 'matter_limits is append-only'); END;
CREATE TRIGGER matter_limits_are_not_deleted BEFORE DELETE ON matter_limits BEGIN SELECT RAISE(ABORT, 'matter_limits is append-only'); END;
