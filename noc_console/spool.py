"""``noc-spool KIND``: stores standard input as one file of the spool, durably, and exits; prints nothing.

For programs that can only pipe: a mail system, snmptrapd, rsyslog. It starts as quickly as Python does, so it imports
the standard library alone, and little of it; words are fetched when there is something to complain about. The store may
be away: ``noc intake drain`` works the spool later. It must not look into what it stores.

A file is called ``<instant in UTC>-<pid>-<random>.<kind>`` and holds the bytes as they came. It is written under a
hidden name, forced to disk and then renamed, so whoever lists the spool sees whole inputs only. All lie in one folder:
folders by time would have to be forced to disk as well, and each forcing costs as much as the start of Python.
"""

from __future__ import annotations

import os
import sys
import time

#: What may be spooled; how each is taken is in ``desk/channels.py``.
KINDS = ("email", "maintenance", "alertmanager", "snmptrap", "syslog", "zabbix", "icinga", "tmf621", "tmf642", "csv")
#: What is larger is refused whole, and stays with whoever sent it. It is the limit of the readers too.
LIMIT = 64 * 1024 * 1024
#: The ending of a file that is still being written; its name begins with a dot.
UNFINISHED = ".part"
_PIECE = 1 << 16
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)

DONE, USAGE, BAD_INPUT, UNAVAILABLE, INTERRUPTED = 0, 2, 4, 6, 130


def N_(msgid: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a string; the catalogue is loaded by who complains."""
    return msgid


class TooLarge(Exception):
    """The input is larger than what the readers take."""


class Unreadable(Exception):
    """Standard input cannot be read."""


class NoHome(Exception):
    """Nobody says where this user's files are."""


def main() -> int:
    """Be the program ``noc-spool``; return its exit code."""
    try:
        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return INTERRUPTED


def run(args: list[str]) -> int:
    """Store standard input as the arguments say; return the exit code."""
    words = list(args)
    folder, kind = "", ""
    while words:
        word = words.pop(0)
        if word in ("-h", "--help"):
            _say(1, _usage())
            return DONE
        if word == "--dir":
            if not words:
                return _complain(USAGE, N_("--dir names no folder"), N_("it is used so: {usage}"), usage=_usage())
            folder = words.pop(0)
        elif word.startswith("--dir="):
            folder = word[6:]
        elif word.startswith("-") or kind:
            return _complain(USAGE, N_("unexpected: {word}"), N_("it is used so: {usage}"), word=word, usage=_usage())
        else:
            kind = word
    if not kind:
        return _complain(USAGE, N_("the kind is missing"), N_("it is used so: {usage}"), usage=_usage())
    if kind not in KINDS:
        return _complain(USAGE, N_("there is no kind {kind}"), N_("one of: {names}"), kind=kind, names=", ".join(KINDS))
    try:
        root = folder or default_folder()
    except NoHome:
        return _complain(
            USAGE, N_("nobody says where this user's files are"), N_("name a folder: --dir DIR, or NOC_SPOOL")
        )
    return _stored(root, kind)


def _stored(root: str, kind: str) -> int:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
    try:
        store(0, root, kind)
    except TooLarge:
        return _complain(
            BAD_INPUT,
            N_("the input is larger than {size} MiB; nothing of it was stored"),
            N_("send it in parts, or give it as a file to noc intake"),
            size=LIMIT >> 20,
        )
    except Unreadable as error:
        return _complain(
            BAD_INPUT,
            N_("standard input cannot be read: {why}; nothing was stored"),
            N_("pipe the input in"),
            why=error,
        )
    except OSError as error:
        return _complain(
            UNAVAILABLE,
            N_("cannot store in {folder}: {why}; nothing was stored"),
            N_("look at space and rights there, and send it again"),
            folder=root,
            why=error.strerror or error,
        )
    return DONE


def store(source: int, root: str, kind: str, *, limit: int = LIMIT) -> str:
    """Store what a descriptor yields as one file of a spool and return its name; it is on disk then.

    Raises TooLarge, Unreadable, or OSError where it cannot be written. Nothing of it is left then.
    """
    ns = time.time_ns()
    instant = time.strftime("%Y%m%dT%H%M%S", time.gmtime(ns // 1_000_000_000))
    name = f"{instant}{ns % 1_000_000_000:09d}-{os.getpid()}-{os.urandom(8).hex()}.{kind}"
    path, unfinished = os.path.join(root, name), os.path.join(root, f".{name}{UNFINISHED}")
    target = _new_file(unfinished, root)
    try:
        try:
            _copy(source, target, limit)
            _force(target)
        finally:
            os.close(target)
        os.rename(unfinished, path)
    except BaseException:
        try:
            os.unlink(unfinished)
        except OSError:  # the drain clears it away
            pass
        raise
    force_folder(root)
    return name


def _new_file(path: str, folder: str) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        make_private(folder)
        return os.open(path, flags, 0o600)


def make_private(folder: str) -> None:
    """Make a folder and what is missing above it, for this user alone; each new one is forced to disk."""
    if os.path.isdir(folder):
        return
    above = os.path.dirname(os.path.abspath(folder))
    if above != folder:
        make_private(above)
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:  # another was faster
        pass
    force_folder(above)


def _copy(source: int, target: int, limit: int) -> None:
    size = 0
    while True:
        try:
            piece = os.read(source, _PIECE)
        except OSError as error:
            raise Unreadable(error.strerror or error) from error
        if not piece:
            return
        size += len(piece)
        if size > limit:
            raise TooLarge
        while piece:
            piece = piece[os.write(target, piece) :]


def _force(target: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        try:
            fcntl.fcntl(target, fcntl.F_FULLFSYNC)
            return
        except OSError:  # this file system has fsync alone
            pass
    os.fsync(target)


def force_folder(folder: str) -> None:
    """Force the names in a folder to disk, where the system has a way: Windows has none, and needs none.

    A folder above the spool may be closed to this user; its names are then the administrator's care.
    """
    if os.name != "posix":
        return
    try:
        opened = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def default_folder() -> str:
    """Return the spool that nobody named otherwise: NOC_SPOOL, else beside the user's own store.

    The same folder as platformdirs gives, without its import. Raises NoHome.
    """
    named = os.environ.get("NOC_SPOOL")
    if named:
        return named
    if sys.platform == "win32":
        data = os.environ.get("LOCALAPPDATA", "") or os.path.join(_home(), "AppData", "Local")
    else:
        said = os.environ.get("XDG_DATA_HOME", "")
        usual = ("Library", "Application Support") if sys.platform == "darwin" else (".local", "share")
        data = said if os.path.isabs(said) else os.path.join(_home(), *usual)
    return os.path.join(data, "noc_console", "spool")


def _home() -> str:
    home = os.path.expanduser("~")
    if os.name == "posix" and not os.path.isabs(os.environ.get("HOME", home)):
        import pwd

        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:  # told below
            pass
    if not os.path.isabs(home):
        raise NoHome
    return home


def _usage() -> str:
    return "noc-spool [--dir DIR] " + "|".join(KINDS)


def _complain(code: int, what: str, hint: str, **params: object) -> int:
    """Say on standard error what is wrong and what would help, and return the exit code."""
    from noc_console.i18n import _, language_of_environment, set_language

    set_language(language_of_environment())
    said = _("{text} ({remedy})", text=_(what, **params), remedy=_(hint, **params))
    _say(2, f"noc-spool: error: {said}")
    return code


def _say(stream: int, text: str) -> None:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    try:
        os.write(stream, f"{shown}\n".encode(errors="replace"))
    except OSError:  # nobody reads it
        pass


if __name__ == "__main__":
    sys.exit(main())
