"""Database triggers that keep what was read, and what was locked, from changing: also by raw SQL.

A later migration that alters one of these tables on SQLite must end with `install`: SQLite rebuilds the table
and drops its triggers with the old one.
"""

from __future__ import annotations

from typing import Any

FROZEN = "the cases of a locked study are frozen"
_APPEND_ONLY = (
    "studies_response",
    "studies_auditevent",
    "studies_analysisrun",
    "studies_signature",
    "studies_audithead",
    "studies_leakreport",
)
_DRAFT_OF_CASE = "EXISTS (SELECT 1 FROM studies_study s WHERE s.id = {row}.study_id AND s.state <> 'draft')"
_DRAFT_OF_TRUTH = (
    "EXISTS (SELECT 1 FROM studies_study s JOIN studies_case c ON c.study_id = s.id "
    "WHERE c.id = {row}.case_id AND s.state <> 'draft')"
)


def guards() -> list[tuple[str, str, str, str, str]]:
    """Return (name, table, event, condition, message) of every trigger; a true condition refuses the event."""
    rows = []
    for table in _APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            rows.append((f"{table}_no_{event.lower()}", table, event, "1 = 1", f"{table} is append-only"))
    for event in ("UPDATE", "DELETE"):
        name = f"studies_protocolversion_no_{event.lower()}"
        condition = "OLD.locked_at IS NOT NULL"
        rows.append((name, "studies_protocolversion", event, condition, "a locked protocol can not change"))
    for table, condition in (("studies_case", _DRAFT_OF_CASE), ("studies_casetruth", _DRAFT_OF_TRUTH)):
        for event in ("INSERT", "UPDATE", "DELETE"):
            filled = condition.format(row="NEW" if event == "INSERT" else "OLD")
            rows.append((f"{table}_no_{event.lower()}", table, event, filled, FROZEN))
    return rows


def install(apps: Any, schema_editor: Any) -> None:
    """Create the triggers (again) of the tables there are. Runs in a migration, on SQLite and PostgreSQL."""
    remove(apps, schema_editor)
    tables = set(schema_editor.connection.introspection.table_names())
    statement = _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE
    for name, table, event, condition, message in guards():
        if table not in tables:
            continue  # of a later migration, which installs again
        parts = {"name": name, "table": table, "event": event, "condition": condition, "message": message}
        for sql in statement:
            schema_editor.execute(sql.format(**parts), params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Drop the triggers, where they are."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    tables = set(schema_editor.connection.introspection.table_names())
    for name, table, *_ in guards():
        if postgresql and table not in tables:
            continue
        on_table = f" ON {table}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}", params=None)


_SQLITE = (
    "CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
)
_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF {condition} THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$guard$""",
    "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
)
