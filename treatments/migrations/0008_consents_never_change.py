"""The database itself refuses to alter what a client signed or refused, and a document once it is published."""

from django.db import migrations

CONSENTS, DOCUMENTS = "treatments_consent", "treatments_document"
SENTENCE = "What was signed or published never changes."

# Of an answered consent only its state, its copy and its withdrawal may be written, the last two once.
SIGNED = (
    "id", "clinic_id", "client_id", "request_id", "document_id", "practitioner_id", "purpose", "covers", "language",
    "text", "text_sha256", "initials", "signed_name", "signature", "answered_at", "answered_from", "channel", "refusal",
    "witness_name", "witness_signature",
)
ONCE = {"pdf": "''", "pdf_sha256": "''", "withdrawn_at": "NULL", "withdrawn_by_id": "NULL", "withdrawal_reason": "''"}
PUBLISHED = (
    "id", "clinic_id", "purpose", "number", "texts", "needs_witness", "asks_again", "reason", "fingerprint", "begun_at",
    "published_at", "published_by_id",
)  # fmt: skip
# A consent ends; it never comes back.
MOVES = (("signed", "withdrawn"), ("signed", "replaced"), ("signed", "outdated"), ("outdated", "withdrawn"))


def altered(columns, differs):
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def consent_altered(differs):
    once = " OR ".join(
        f"(OLD.{column} {differs} {empty} AND OLD.{column} {differs} NEW.{column})" for column, empty in ONCE.items()
    )
    moves = " OR ".join(f"(OLD.state = '{one}' AND NEW.state = '{other}')" for one, other in MOVES)
    moved = f"(OLD.state <> NEW.state AND NOT ({moves}))"
    return f"OLD.answered_at IS NOT NULL AND ({altered(SIGNED, differs)} OR {once} OR {moved})"


def document_altered(differs):
    return f"OLD.published_at IS NOT NULL AND ({altered(PUBLISHED, differs)})"


REFUSE = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
SQLITE = {
    "consent_signed_stays": f"""
        CREATE TRIGGER consent_signed_stays BEFORE UPDATE ON {CONSENTS} WHEN {consent_altered("IS NOT")} {REFUSE}
    """,
    "consent_signed_no_delete": f"""
        CREATE TRIGGER consent_signed_no_delete BEFORE DELETE ON {CONSENTS} WHEN OLD.answered_at IS NOT NULL {REFUSE}
    """,
    # INSERT OR REPLACE deletes without firing a delete trigger.
    "consent_signed_no_replace": f"""
        CREATE TRIGGER consent_signed_no_replace BEFORE INSERT ON {CONSENTS}
        WHEN EXISTS (SELECT 1 FROM {CONSENTS} WHERE answered_at IS NOT NULL AND (id = NEW.id OR (
            client_id = NEW.client_id AND purpose = NEW.purpose AND state = 'signed' AND NEW.state = 'signed'
        ))) {REFUSE}
    """,
    "document_published_stays": f"""
        CREATE TRIGGER document_published_stays BEFORE UPDATE ON {DOCUMENTS} WHEN {document_altered("IS NOT")} {REFUSE}
    """,
    "document_published_no_delete": f"""
        CREATE TRIGGER document_published_no_delete BEFORE DELETE ON {DOCUMENTS}
        WHEN OLD.published_at IS NOT NULL {REFUSE}
    """,
    "document_published_no_replace": f"""
        CREATE TRIGGER document_published_no_replace BEFORE INSERT ON {DOCUMENTS}
        WHEN EXISTS (SELECT 1 FROM {DOCUMENTS} WHERE published_at IS NOT NULL AND (id = NEW.id OR (
            clinic_id = NEW.clinic_id AND purpose = NEW.purpose AND number = NEW.number
        ))) {REFUSE}
    """,
}
FUNCTION = f"""
    CREATE FUNCTION consents_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$
"""
DIFFERS = "IS DISTINCT FROM"
# Name, table, and when.
POSTGRESQL = (
    ("consent_signed_stays", CONSENTS, "BEFORE UPDATE", f"FOR EACH ROW WHEN ({consent_altered(DIFFERS)})"),
    ("consent_signed_no_delete", CONSENTS, "BEFORE DELETE", "FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL)"),
    ("consent_no_truncate", CONSENTS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    ("document_published_stays", DOCUMENTS, "BEFORE UPDATE", f"FOR EACH ROW WHEN ({document_altered(DIFFERS)})"),
    ("document_published_no_delete", DOCUMENTS, "BEFORE DELETE", "FOR EACH ROW WHEN (OLD.published_at IS NOT NULL)"),
    ("document_no_truncate", DOCUMENTS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
)


def install(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        for name, table, when, each in POSTGRESQL:
            schema_editor.execute(
                f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION consents_never_change();"
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
            )
    else:
        for statement in SQLITE.values():
            schema_editor.execute(statement)


def remove(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, table, _when, _each in POSTGRESQL:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
        schema_editor.execute("DROP FUNCTION consents_never_change()")
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0007_session_gate_holds")]
    operations = [migrations.RunPython(install, remove)]
