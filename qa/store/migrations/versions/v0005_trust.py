"""Reviews that override, appeals, and a trail of acts that is only added to."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _reviews()
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer, primary_key=True),
        _call(),
        *_text("item_id", "opened_by", "opened_at", "reason", "contested", "card"),
        *(
            sa.Column(name, sa.String)
            for name in ("answer", "answered_by", "answered_at", "answer_reason")
        ),
    )
    op.create_index("appeals_by_call", "appeals", ["call_row", "item_id"])
    op.create_table("leases", _call(primary_key=True), *_text("reviewer", "until"))
    _trail()


def _reviews() -> None:
    for name, default in (
        ("round", "first"),
        ("checklist_id", ""),
        ("version", ""),
        ("user", "?"),
    ):
        op.add_column("reviews", sa.Column(name, sa.String, nullable=False, server_default=default))
    op.add_column("reviews", sa.Column("machine", sa.String))
    op.add_column(
        "reviews",
        sa.Column("in_force", sa.Boolean, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("reviews_in_force", "reviews", ["in_force", "item_id"])


def _trail() -> None:
    """Tie the entries that there are together, and shut them off."""
    connection = op.get_bind()
    old = connection.execute(
        sa.text("SELECT at, user, action, detail FROM audit ORDER BY id")
    ).all()
    op.drop_table("audit")
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        *_text("at", "user", "action", "detail", "hash"),
        sqlite_autoincrement=True,
    )
    before, entries = "", []
    for number, (at, user, action, detail) in enumerate(old, 1):
        content = json.dumps([before, number, at, user, action, detail], ensure_ascii=True)
        before = hashlib.sha256(content.encode()).hexdigest()
        entries.append(
            {
                "id": number,
                "at": at,
                "user": user,
                "action": action,
                "detail": detail,
                "hash": before,
            }
        )
    if entries:
        table = sa.table("audit", *(sa.column(name) for name in entries[0]))
        connection.execute(sa.insert(table), entries)
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
        )


def _call(*, primary_key: bool = False) -> sa.Column[int]:
    owner = sa.ForeignKey("calls.id", ondelete="CASCADE")
    return sa.Column("call_row", sa.Integer, owner, primary_key=primary_key, nullable=False)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]
