"""Originals by content: written once in the transaction that refers to them, checked when read."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select

from noc_console.errors import NotFound, StoreUnavailable
from noc_console.i18n import _
from noc_console.store.tables import table

BLOB = table("blob")


def keep(connection: Connection, content: bytes) -> str:
    """Keep an original and return its SHA-256; the same content is kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not has(connection, sha256):
        connection.execute(insert(BLOB), {"sha256": sha256, "size": len(content), "content": content})
    return sha256


def has(connection: Connection, sha256: str) -> bool:
    """Tell whether an original is kept."""
    return connection.execute(select(BLOB.c.size).where(BLOB.c.sha256 == sha256)).one_or_none() is not None


def read(connection: Connection, sha256: str) -> bytes:
    """Return an original byte for byte. Raises NotFound, and StoreUnavailable where its bytes were changed."""
    found = connection.execute(select(BLOB.c.content).where(BLOB.c.sha256 == sha256)).scalar_one_or_none()
    if found is None:
        raise NotFound(_("there is no original {sha256}", sha256=sha256))
    content = bytes(found)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StoreUnavailable(_("the original {sha256} was changed", sha256=sha256), _("noc store restore BACKUP"))
    return content
