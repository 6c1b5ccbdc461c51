-- A new password ends what was let in by the old one, on whatever path it comes: the command, the admin's page, psql.

CREATE FUNCTION password_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tokens SET revoked = true WHERE user_id = NEW.id AND NOT revoked;
    RETURN NULL;
END $$;

CREATE TRIGGER password_changed AFTER UPDATE OF password ON auth_user FOR EACH ROW
    WHEN (OLD.password IS DISTINCT FROM NEW.password) EXECUTE FUNCTION password_changed();
