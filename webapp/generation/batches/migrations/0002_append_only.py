from django.db import migrations

TABLE = "batches_batchdecision"
SQLITE = (
    f"CREATE TRIGGER {TABLE}_no_{{event}} BEFORE {{event}} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
)
POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION {TABLE}_kept() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION '{TABLE} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$guard$""",
    f"CREATE TRIGGER {TABLE}_no_{{event}} BEFORE {{event}} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_kept()",
)
EVENTS = ("update", "delete")


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(POSTGRESQL[0], params=None)
    for event in EVENTS:
        schema_editor.execute((POSTGRESQL[1] if postgresql else SQLITE).format(event=event), params=None)


def remove(apps, schema_editor):
    on_table = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    for event in EVENTS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{event}{on_table}", params=None)


class Migration(migrations.Migration):
    """Decisions are added, never changed or removed. A later migration of this table on SQLite installs again."""

    dependencies = [("batches", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
