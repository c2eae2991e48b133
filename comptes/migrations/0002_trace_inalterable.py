"""The trace is append-only in PostgreSQL itself, not only in Python (G-05).

The triggers stop everybody, the owner of the table included; the service's role does not even
hold the rights. Hand-written: a trigger with an ignore switch would be no promise.
"""

from django.db import migrations

INTERDIRE = """
CREATE FUNCTION comptes_trace_inalterable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'comptes_trace is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER trace_lignes_inalterables
    BEFORE UPDATE OR DELETE ON comptes_trace
    FOR EACH ROW EXECUTE FUNCTION comptes_trace_inalterable();
CREATE TRIGGER trace_table_inalterable
    BEFORE TRUNCATE ON comptes_trace
    FOR EACH STATEMENT EXECUTE FUNCTION comptes_trace_inalterable();
"""
AUTORISER = """
DROP TRIGGER trace_table_inalterable ON comptes_trace;
DROP TRIGGER trace_lignes_inalterables ON comptes_trace;
DROP FUNCTION comptes_trace_inalterable();
"""
SUR_LE_ROLE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'portail_application') THEN
        {} ON comptes_trace {} portail_application;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("comptes", "0001_initial")]

    operations = [
        migrations.RunSQL(INTERDIRE, AUTORISER),
        migrations.RunSQL(
            SUR_LE_ROLE.format("REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER", "FROM"),
            SUR_LE_ROLE.format("GRANT UPDATE, DELETE", "TO"),
        ),
    ]
