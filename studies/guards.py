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
    "studies_flowstep",
    "studies_interaction",
)
_DRAFT_OF_CASE = "EXISTS (SELECT 1 FROM studies_study s WHERE s.id = {row}.study_id AND s.state <> 'draft')"
_DRAFT_OF_TRUTH = (
    "EXISTS (SELECT 1 FROM studies_study s JOIN studies_case c ON c.study_id = s.id "
    "WHERE c.id = {row}.case_id AND s.state <> 'draft')"
)


STEPS = (
    ("draft", "locked"),
    ("locked", "open"),
    ("open", "paused"),
    ("paused", "open"),
    ("open", "closed"),
    ("paused", "closed"),
    ("closed", "unblinded"),
    ("unblinded", "archived"),
)
_OFF_THE_WAY = "OLD.state <> NEW.state AND NOT ({})".format(
    " OR ".join(f"(OLD.state = '{before}' AND NEW.state = '{after}')" for before, after in STEPS)
)
_LOCKED_STUDY = "EXISTS (SELECT 1 FROM studies_study s WHERE s.id = NEW.study_id AND s.state <> 'draft')"
_LOCKED_PARTICIPANT = (
    "EXISTS (SELECT 1 FROM studies_study s JOIN studies_participant p ON p.study_id = s.id "
    "WHERE p.id = OLD.participant_id AND s.state <> 'draft')"
)
_NOT_OPEN_OR_FOREIGN = (
    "NOT EXISTS (SELECT 1 FROM studies_trial t JOIN studies_participant p ON p.id = t.participant_id "
    "JOIN studies_study s ON s.id = p.study_id JOIN studies_protocolversion v ON v.study_id = s.id "
    "WHERE t.id = NEW.trial_id AND s.state = 'open' AND v.id = NEW.protocol_id AND v.locked_at IS NOT NULL)"
)
# (name, table, event, condition, message): what a locked study and its readers' places must not do.
_WAYS = (
    ("study_way", "studies_study", "UPDATE", _OFF_THE_WAY, "a study can not take this step"),
    (
        "study_fixed",
        "studies_study",
        "UPDATE",
        "OLD.seed <> NEW.seed OR OLD.slug <> NEW.slug "
        "OR COALESCE(OLD.rehearsal_of_id, 0) <> COALESCE(NEW.rehearsal_of_id, 0)",
        "seed, slug and what a rehearsal rehearses are fixed",
    ),
    ("study_kept", "studies_study", "DELETE", "OLD.state <> 'draft'", "a locked study can not be deleted"),
    ("protocol_once", "studies_protocolversion", "INSERT", _LOCKED_STUDY, "a locked study has its protocol"),
    ("asset_frozen", "studies_asset", "UPDATE", "OLD.case_id <> NEW.case_id OR ({frozen})", FROZEN),
    ("asset_kept", "studies_asset", "DELETE", "{frozen_gone}", FROZEN),
    (
        "trial_fixed",
        "studies_trial",
        "UPDATE",
        "OLD.participant_id <> NEW.participant_id OR OLD.case_id <> NEW.case_id "
        'OR OLD."index" <> NEW."index" OR OLD.token <> NEW.token OR OLD.phase <> NEW.phase '
        "OR OLD.occurrence <> NEW.occurrence OR OLD.session <> NEW.session OR OLD.condition <> NEW.condition "
        "OR COALESCE(OLD.right_case_id, 0) <> COALESCE(NEW.right_case_id, 0) "
        "OR COALESCE(OLD.repeat_of_id, 0) <> COALESCE(NEW.repeat_of_id, 0)",
        "the order of trials is fixed",
    ),
    ("trial_kept", "studies_trial", "DELETE", _LOCKED_PARTICIPANT, "the trials of a locked study are fixed"),
    (
        "response_in_time",
        "studies_response",
        "INSERT",
        _NOT_OPEN_OR_FOREIGN,
        "answers are taken while the study is open",
    ),
    (
        "participant_fixed",
        "studies_participant",
        "UPDATE",
        "OLD.study_id <> NEW.study_id OR OLD.membership_id <> NEW.membership_id "
        "OR OLD.reader_code <> NEW.reader_code OR OLD.token <> NEW.token OR NEW.done < OLD.done "
        "OR OLD.simulated <> NEW.simulated OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NULL)",
        "a participant keeps place, code and count",
    ),
    (
        "participant_kind",
        "studies_participant",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM studies_study s WHERE s.id = NEW.study_id "
        "AND (s.rehearsal_of_id IS NOT NULL) = NEW.simulated)",
        "simulated readers read rehearsals, real readers real studies",
    ),
    (
        "membership_side",
        "studies_membership",
        "UPDATE",
        "OLD.study_id <> NEW.study_id OR OLD.user_id <> NEW.user_id "
        "OR (OLD.role <> NEW.role AND (OLD.role = 'reader' OR NEW.role = 'reader'))",
        "nobody changes between reader and staff",
    ),
)
_FROZEN_PICTURE = _DRAFT_OF_TRUTH.format(row="OLD")


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
    for name, table, event, condition, message in _WAYS:
        changed = f"OLD.image_id <> NEW.image_id AND {_FROZEN_PICTURE}"
        filled = condition.replace("{frozen}", changed).replace("{frozen_gone}", _FROZEN_PICTURE)
        rows.append((f"studies_{name}", table, event, filled, message))
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
