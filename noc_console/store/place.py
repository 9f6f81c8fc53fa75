"""Where a store is: an SQLite file in the user's data folder, a path, or a PostgreSQL address.

It must not open the store.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from noc_console.errors import StoreUnavailable, UsageError
from noc_console.i18n import _

#: File systems on which SQLite's locks are not to be trusted.
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "ncpfs", "9p", "fuse.sshfs", "webdav", "davfs", "glusterfs"}
)

_LAST_PORT = 65_535
#: Two letters at least, or a drive of Windows would be one.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
#: What PostgreSQL also takes behind the question mark of an address.
_SECRETS = frozenset({"password", "sslpassword"})


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a store: ``url`` for the database driver, ``path`` for a file store, ``name`` to show."""

    url: str = field(repr=False)
    path: Path | None
    name: str

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is a file store."""
        return self.path is not None


def place_of(store: str | None) -> Place:
    """Turn ``--store`` (a path or ``postgresql://...``; the user's own store where empty) into a place.

    Raises UsageError for an address that cannot be read, or is one of something else.
    """
    if store and (scheme := _SCHEME.match(store)):
        return _server(store, scheme.group(1))
    path = Path(store).expanduser().absolute() if store else default_path()
    return Place(f"sqlite:///{path}", path, str(path))


def _server(address: str, scheme: str) -> Place:
    if scheme not in ("postgresql", "postgres"):
        raise UsageError(
            _("there is no store of the kind {name}", name=scheme), _("name a file, or postgresql://HOST/DATABASE")
        )
    url = "postgresql+psycopg://" + address.split("://", 1)[1]
    try:
        readable = 0 <= (make_url(url).port or 0) <= _LAST_PORT
    except (ValueError, ArgumentError):
        readable = False
    if not readable:
        # never the address itself: a password may be in it
        raise UsageError(
            _("the address of the store cannot be read"), _("write it as postgresql://NAME@HOST:PORT/DATABASE")
        )
    return Place(url, None, _without_password(address))


def default_path() -> Path:
    """Return the path of the user's own store, the same on every start."""
    return Path(platformdirs.user_data_dir("noc_console", appauthor=False)) / "noc.db"


def prepare_folder(path: Path) -> None:
    """Make the store's folder private (0700), and refuse a network folder, where locks can lose data."""
    if path.exists() and not path.is_file():
        raise StoreUnavailable(_("{path} is not a file", path=path), _("name another place with --store"))
    kind = file_system(path.parent)
    if kind in NETWORK_FILE_SYSTEMS:
        raise StoreUnavailable(
            _("{path} is on a network folder ({kind})", path=path, kind=kind),
            _("keep the store on a local disk, or use postgresql:// for a team"),
        )
    created = not path.parent.exists()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            _("cannot make the folder {path}: {error}", path=path.parent, error=error.strerror or error),
            _("name another place with --store"),
        ) from error
    if created and os.name == "posix":
        path.parent.chmod(0o700)


def file_system(folder: Path | str) -> str:
    """Return the type of the file system that holds a folder, or an empty word where it cannot be told."""
    if sys.platform == "win32":
        return _windows_file_system(str(folder))
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    best, kind = "", ""
    target = str(Path(folder).resolve()) + "/"
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split(" ")
        point = fields[1].replace("\\040", " ").rstrip("/") + "/"
        if target.startswith(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def _windows_file_system(folder: str) -> str:
    import ctypes

    remote_drive = 4  # DRIVE_REMOTE of GetDriveTypeW
    root = os.path.splitdrive(folder)[0] + "\\"
    get_drive_type = ctypes.windll.kernel32.GetDriveTypeW  # type: ignore[attr-defined]
    return "smb2" if folder.startswith("\\\\") or get_drive_type(root) == remote_drive else ""


def _without_password(address: str) -> str:
    scheme, rest = address.split("://", 1)
    login, at, host = rest.rpartition("@")
    base, _mark, query = host.partition("?")
    shown = [part for part in query.split("&") if part and part.partition("=")[0] not in _SECRETS]
    return f"{scheme}://{login.split(':', 1)[0]}{at}{base}" + ("?" + "&".join(shown) if shown else "")
