"""Tables of the first release."""

import sqlalchemy as sa
from alembic import op

SEARCH = {
    "sqlite": ('CREATE VIRTUAL TABLE search USING fts5(words, record UNINDEXED, tokenize="ascii")',),
    "postgresql": (
        "CREATE TABLE search (rowid BIGINT PRIMARY KEY, record TEXT NOT NULL, words TSVECTOR NOT NULL)",
        "CREATE INDEX search_words ON search USING GIN (words)",
        "CREATE INDEX search_record ON search (record)",
    ),
}
revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of an empty store."""
    op.create_table(
        "affected",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("circuit", sa.String(), nullable=True),
        sa.Column("informed_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("affected_of_record", "affected", ["record"], unique=False)
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=True),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alarm_by_fingerprint", "alarm", ["fingerprint"], unique=False)
    op.create_index("alarm_of_record", "alarm", ["record"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attachment_of_record", "attachment", ["record"], unique=False)
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("target_s", sa.BigInteger(), nullable=True),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("base_s", sa.BigInteger(), nullable=False),
        sa.Column("segments", sa.String(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("margin_s", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("fired", sa.String(), nullable=False),
        sa.Column("check_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("clock_by_check", "clock", ["check_at"], unique=False)
    op.create_index("clock_of_record", "clock", ["record"], unique=False)
    op.create_table(
        "customer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("contract", sa.String(), nullable=True),
        sa.Column("contract_class", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("customer_by_address", "customer", ["address"], unique=False)
    op.create_index("customer_by_contract", "customer", ["contract"], unique=False)
    op.create_index("customer_by_phone", "customer", ["phone"], unique=False)
    op.create_table(
        "engineer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display", sa.String(), nullable=True),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("skills", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "hub_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("format_major", sa.Integer(), nullable=False),
        sa.Column("format_minor", sa.Integer(), nullable=False),
        sa.Column("last_hub_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hub_digest", sa.String(), nullable=False),
        sa.Column("last_origin_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_origin_digest", sa.String(), nullable=False),
        sa.Column("last_hlc", sa.BigInteger(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("params", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("inbox_by_state", "inbox", ["state", "at"], unique=False)
    op.create_index("inbox_of_record", "inbox", ["record"], unique=False)
    op.create_table(
        "intent",
        sa.Column("intent_id", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("origin_seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("schema", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("occurred_ms", sa.BigInteger(), nullable=False),
        sa.Column("hlc", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("body_digest", sa.String(), nullable=False),
        sa.Column("prev_digest", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("intent_id"),
    )
    op.create_index("intent_of_origin", "intent", ["origin", "origin_seq"], unique=False)
    op.create_index("intent_of_root", "intent", ["root", "intent_id"], unique=False)
    op.create_table(
        "intent_body",
        sa.Column("intent_id", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("intent_id"),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("link_of_other", "link", ["other"], unique=False)
    op.create_index("link_of_record", "link", ["record"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("flagged", sa.String(), nullable=True),
        sa.Column("attachments", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("message_by_id", "message", ["message_id"], unique=False)
    op.create_index("message_of_record", "message", ["record", "at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=True),
        sa.Column("sent_how", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_by_state", "outbox", ["state", "created_at"], unique=False)
    op.create_index("outbox_of_record", "outbox", ["record"], unique=False)
    op.create_table(
        "policy",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decided_why", sa.String(), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("quarantine_by_blob", "quarantine", ["sha256"], unique=False)
    op.create_index("quarantine_by_state", "quarantine", ["state", "at"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("service_type", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("held_from", sa.String(), nullable=True),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("impact", sa.String(), nullable=True),
        sa.Column("urgency", sa.String(), nullable=True),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("symptom", sa.String(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.BigInteger(), nullable=True),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("users_affected", sa.BigInteger(), nullable=True),
        sa.Column("service_affecting", sa.String(), nullable=True),
        sa.Column("objects", sa.String(), nullable=False),
        sa.Column("requester_type", sa.String(), nullable=False),
        sa.Column("requester_name", sa.String(), nullable=True),
        sa.Column("requester_organisation", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("contract", sa.String(), nullable=True),
        sa.Column("customer", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("offered_to", sa.String(), nullable=True),
        sa.Column("taken_until", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("contacted_at", sa.BigInteger(), nullable=True),
        sa.Column("located_at", sa.BigInteger(), nullable=True),
        sa.Column("cause_code", sa.String(), nullable=True),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("plan_text", sa.String(), nullable=True),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("plan_by", sa.String(), nullable=True),
        sa.Column("plan_remedy", sa.String(), nullable=True),
        sa.Column("restore_first", sa.Boolean(), nullable=False),
        sa.Column("interrupts", sa.String(), nullable=True),
        sa.Column("backout", sa.String(), nullable=True),
        sa.Column("approved_version", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_how", sa.String(), nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("ratify_due", sa.BigInteger(), nullable=True),
        sa.Column("noticed_at", sa.BigInteger(), nullable=True),
        sa.Column("executor", sa.String(), nullable=True),
        sa.Column("checker", sa.String(), nullable=True),
        sa.Column("executed_at", sa.BigInteger(), nullable=True),
        sa.Column("window_override", sa.String(), nullable=True),
        sa.Column("restored_at", sa.BigInteger(), nullable=True),
        sa.Column("how_verified", sa.String(), nullable=True),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.Column("cleared_how", sa.String(), nullable=True),
        sa.Column("feedback_result", sa.String(), nullable=True),
        sa.Column("feedback_cause", sa.String(), nullable=True),
        sa.Column("feedback_prevention", sa.String(), nullable=True),
        sa.Column("feedback_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("attempts", sa.String(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.Column("closure_how", sa.String(), nullable=True),
        sa.Column("closure_who", sa.String(), nullable=True),
        sa.Column("closure_channel", sa.String(), nullable=True),
        sa.Column("closure_score", sa.Integer(), nullable=True),
        sa.Column("closure_words", sa.String(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.Column("archive_digest", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("wait_reason", sa.String(), nullable=True),
        sa.Column("wait_until", sa.BigInteger(), nullable=True),
        sa.Column("vendor_case", sa.String(), nullable=True),
        sa.Column("function_level", sa.String(), nullable=True),
        sa.Column("management_level", sa.String(), nullable=True),
        sa.Column("lead_alerted_at", sa.BigInteger(), nullable=True),
        sa.Column("sla", sa.String(), nullable=False),
        sa.Column("response_due", sa.BigInteger(), nullable=True),
        sa.Column("restore_due", sa.BigInteger(), nullable=True),
        sa.Column("update_due", sa.BigInteger(), nullable=True),
        sa.Column("promised_at", sa.BigInteger(), nullable=True),
        sa.Column("next_due", sa.BigInteger(), nullable=True),
        sa.Column("next_clock", sa.String(), nullable=True),
        sa.Column("breached", sa.String(), nullable=False),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("acked_until", sa.BigInteger(), nullable=True),
        sa.Column("last_event_at", sa.BigInteger(), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("chronic", sa.Boolean(), nullable=False),
        sa.Column("source_channel", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ticket_by_due", "ticket", ["open", "next_due", "id"], unique=False)
    op.create_index("ticket_by_external", "ticket", ["source_channel", "external_id"], unique=False)
    op.create_index("ticket_by_fingerprint", "ticket", ["fingerprint"], unique=False)
    op.create_index("ticket_by_number", "ticket", ["number"], unique=False)
    op.create_index("ticket_by_owner", "ticket", ["owner", "open", "next_due", "id"], unique=False)
    op.create_index("ticket_by_parent", "ticket", ["parent"], unique=False)
    op.create_index("ticket_by_state", "ticket", ["state", "next_due", "id"], unique=False)
    op.create_table(
        "verdict",
        sa.Column("hub_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("intent_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("effects", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("confirmer", sa.String(), nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger(), nullable=False),
        sa.Column("hub_digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("hub_seq"),
        sa.UniqueConstraint("intent_id"),
    )
    op.create_table(
        "view",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("filter", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("engineer", sa.String(), nullable=False),
        sa.Column("dispatched_at", sa.BigInteger(), nullable=True),
        sa.Column("arrived_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("permit", sa.String(), nullable=True),
        sa.Column("checklist", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visit_of_record", "visit", ["record"], unique=False)
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
