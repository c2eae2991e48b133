-- The two roles of the portal, and what the service may do. Run as a superuser, in the portal's
-- database; can be run again. In production, add passwords: ALTER ROLE … PASSWORD '…'.
--   portail_proprietaire  owns the tables, runs the migrations (DATABASE_URL_PROPRIETAIRE)
--   portail_application   the service (DATABASE_URL): reads and writes rows, nothing else
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portail_proprietaire') THEN
        CREATE ROLE portail_proprietaire LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portail_application') THEN
        CREATE ROLE portail_application LOGIN;
    END IF;
END
$$;

GRANT CREATE, USAGE ON SCHEMA public TO portail_proprietaire;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portail_application;

ALTER DEFAULT PRIVILEGES FOR ROLE portail_proprietaire IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portail_application;
ALTER DEFAULT PRIVILEGES FOR ROLE portail_proprietaire IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO portail_application;
