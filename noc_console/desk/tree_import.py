"""Local trees, thresholds, alarms, roles and messages from a folder: each file is checked with all that is in force.

A broken file is told with file, line and rule; it never stops the others. Nothing is judged here that ``tree_file.py``,
``catalogue_files.py`` and ``tree_checks.py`` judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from noc_console.checklists import trees
from noc_console.checklists.tree_checks import Catalogue, of_alarm, of_tree, of_words
from noc_console.checklists.tree_file import MAX_BYTES, BadFiles, Finding, line_of, parse
from noc_console.desk import catalogues, tree_library
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.catalogues import LOCAL, READERS, CatalogueFile, as_stored, hash_of
from noc_console.desk.rows import one
from noc_console.errors import BadInput, Conflict, NotFound, UsageError
from noc_console.i18n import _
from noc_console.store.tables import table
from noc_console.workflows.tree import GENERAL, Tree

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

#: A folder of checklists holds some dozens.
MAX_FILES = 2_000


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of the folder, and what became of it: ``imported``, ``unchanged`` or ``refused`` with what is wrong."""

    file: str
    kind: str
    name: str
    text: str = ""
    tree: Tree | None = None
    action: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def hash(self) -> str:
        """Return what its text is kept by."""
        return hash_of(self.text)

    @property
    def catalogue(self) -> CatalogueFile | None:
        """Return it as a file of thresholds, alarms, roles or messages; None for a tree."""
        return None if self.kind == "tree" else CatalogueFile(self.kind, self.name, LOCAL, self.text, self.hash)

    def json(self) -> dict[str, object]:
        """Return it as ``noc diagnosis import`` gives it."""
        found = [{"line": each.line or None, "key": each.key or None, "text": each.what} for each in self.findings]
        refused = self.action == "refused"
        place = {"file": self.file, "kind": self.kind, "id": self.name, "hash": None if refused else self.hash}
        return {**place, "action": self.action, "problems": found}


def import_folder(desk: Desk, folder: str, *, dry_run: bool = False) -> tuple[Taken, ...]:
    """Import the trees and catalogues of a folder and of the folders in it; what is in force stays where one is broken.

    Raises BadInput for a folder that cannot be read or holds no such file, and Refused without the right.
    """
    files = [_read(path) for path in _files(Path(folder))]
    if not files:
        raise BadInput(_("{path} holds no tree", path=folder), _("a tree is a file such as AC-T1.toml"))
    checked = _checked(desk, files)
    return tuple(_put(desk, file, dry_run=dry_run) if file.action != "refused" else file for file in checked)


def check(desk: Desk) -> tuple[Finding, ...]:
    """Return what is wrong with all trees, thresholds, alarms and messages that are in force, shipped and local."""
    catalogue = _in_force(desk)
    found = []
    for name, tree in catalogue.trees.items():
        found += [Finding(f"{name}.toml", 0, key, what) for key, what in of_tree(tree, catalogue)]
    for alarm in catalogue.alarms.values():
        found += [Finding("alarms.toml", 0, key, what) for key, what in of_alarm(alarm, catalogue.trees)]
    for code, words in catalogue.messages.items():
        found += [Finding("messages.toml", 0, code, what) for what in of_words(words)]
    return tuple(found)


def _in_force(desk: Desk) -> Catalogue:
    """Return the shipped catalogue with the local trees and catalogues before the shipped ones."""
    return catalogues.overlaid(_with_trees(desk), _local(desk))


def _with_trees(desk: Desk) -> Catalogue:
    found = {kept.id: kept.tree for kept in tree_library.all_in_force(desk)}
    return replace(trees.shipped(), trees=found)


def _local(desk: Desk) -> tuple[CatalogueFile, ...]:
    with desk.reading() as connection:
        return catalogues.local(connection)


def _files(folder: Path) -> list[Path]:
    """Yield the files that may be trees or catalogues, in order."""
    if not folder.is_dir():
        raise BadInput(_("{path} is no folder", path=folder), _("name the folder that holds the trees"))
    found = sorted(path for path in (*folder.glob("*.toml"), *folder.glob("*/*.toml")) if path.is_file())
    if len(found) > MAX_FILES:
        raise BadInput(_("{path} holds too many files", path=folder), _("at most {n}", n=MAX_FILES))
    return found


def _read(path: Path) -> Taken:
    kind = path.stem if path.name in trees.CATALOGUES else "tree"
    folder = path.parent.name if path.parent.name in trees.FOLDERS else GENERAL
    file = Taken(str(path), kind, path.stem if kind == "tree" else folder)
    try:
        if path.stat().st_size > MAX_BYTES:
            return _refused(file, Finding(str(path), 0, "", _("larger than {limit} KiB", limit=MAX_BYTES // 1024)))
        text = as_stored(path.read_text(encoding="utf-8-sig"))
        if kind != "tree":
            READERS[kind](text, str(path), folder)
            return replace(file, text=text)
        tree = parse(text, str(path))
    except BadFiles as error:
        return _refused(file, *error.findings)
    except BadInput as error:
        return _refused(file, Finding(str(path), 0, "", error.message))
    except UnicodeDecodeError as error:
        return _refused(file, Finding(str(path), 0, "", _("not UTF-8 (byte {place})", place=error.start)))
    except OSError as error:
        return _refused(file, Finding(str(path), 0, "", error.strerror or str(error)))
    return replace(file, name=tree.id, text=text, tree=tree)


def _checked(desk: Desk, files: list[Taken]) -> list[Taken]:
    """Return the files with what is wrong between them; a tree that leads to a broken one is broken as well."""
    base, local = _with_trees(desk), _local(desk)
    twice = _twice(files)
    files = [_refused(file, *twice[file.file]) if file.file in twice else file for file in files]
    while True:
        good = [file for file in files if file.action != "refused"]
        new = {(one.kind, one.folder): one for file in good if (one := file.catalogue)}
        over = {(one.kind, one.folder): one for one in local} | new
        known = dict(base.trees) | {file.name: file.tree for file in good if file.tree}
        catalogue = catalogues.overlaid(replace(base, trees=known), over.values())
        found = {file.file: tuple(_wrong(file, catalogue, local)) for file in good}
        if not any(found.values()):
            return files
        files = [_refused(file, *found[file.file]) if found.get(file.file) else file for file in files]


def _wrong(file: Taken, catalogue: Catalogue, local: Iterable[CatalogueFile]) -> Iterator[Finding]:
    found: Iterator[tuple[str, str]] = iter(())
    if file.tree is not None:
        found = of_tree(file.tree, catalogue)
    elif own := file.catalogue:
        found = _wrong_entries(own, catalogue, local)
    for key, what in found:
        yield Finding(file.file, line_of(file.text, key), key, what)


def _wrong_entries(
    own: CatalogueFile, catalogue: Catalogue, local: Iterable[CatalogueFile]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a catalogue among the others, and what it leaves out that a tree in force names."""
    for name, entry in own.entries.items():
        if own.kind == "alarms":
            yield from of_alarm(entry, catalogue.trees)
        elif own.kind == "messages":
            yield from ((name, what) for what in of_words(entry))
    before = next((one for one in local if (one.kind, one.folder) == (own.kind, own.folder)), None)
    for name in sorted(set(before.entries) - set(own.entries)) if before else ():
        users = [tree.id for tree in catalogue.trees.values() if _misses(tree, own, name, catalogue)]
        if users:
            yield name, _("is left out, but {names} needs it", names=", ".join(users[:5]))


def _misses(tree: Tree, own: CatalogueFile, name: str, catalogue: Catalogue) -> bool:
    """Tell whether a tree names an entry that nothing says any more."""
    known = catalogue.roles.get(own.folder, {}) if own.kind == "roles" else getattr(catalogue, own.kind)
    if name in known or (own.kind == "roles" and tree.domain != own.folder):
        return False
    return name in (tree.alarms if own.kind == "alarms" else catalogues.wanted(tree, own.kind))


def _twice(files: list[Taken]) -> dict[str, tuple[Finding, ...]]:
    """Return the files that say what an earlier one says already, or have the same text."""
    first: dict[tuple[str, str], str] = {}
    texts: dict[str, str] = {}
    found: dict[str, tuple[Finding, ...]] = {}
    for file in files:
        if file.action == "refused":
            continue
        earlier = first.setdefault((file.kind, file.name), file.file)
        if earlier != file.file:
            said = _("{name} is in {file} already", name=file.name, file=earlier)
            found[file.file] = (Finding(file.file, line_of(file.text, "id"), "id", said),)
        elif (same := texts.setdefault(file.hash, file.file)) != file.file:
            found[file.file] = (_same_text(file, same),)
    return found


def _same_text(file: Taken, other: str) -> Finding:
    """Return why a catalogue is not taken: a text is kept once, by its hash, as one folder's."""
    said = _("has the same text as {name}, and would not be told from it: name its folder in a comment", name=other)
    return Finding(file.file, 0, "", said)


def _refused(file: Taken, *findings: Finding) -> Taken:
    return replace(file, action="refused", findings=findings)


def _put(desk: Desk, file: Taken, *, dry_run: bool) -> Taken:
    with desk.reading() as connection:
        row = one(connection, "checklist", file.hash)
        before = _local_row(connection, file.name, file.kind)
    if row is not None and row["state"] == "current":
        if (row["kind"], row["name"]) != (file.kind, file.name):
            return _refused(file, _same_text(file, f"{row['name']}/{row['kind']}"))
        if before is None or before.id == file.hash:
            return replace(file, action="unchanged")
        # the shipped text is asked for again
        act(desk, Wish("checklist", before.id, "retire", {}), dry_run=dry_run)
        return replace(file, action="imported")
    domain = file.tree.domain if file.tree else file.name
    inputs = {"kind": file.kind, "name": file.name, "domain": domain, "source": LOCAL, "body": file.text}
    act(desk, Wish("checklist", file.hash, "put", inputs), dry_run=dry_run)
    return replace(file, action="imported")


def _local_row(connection: Connection, name: str, kind: str) -> Row[Any] | None:
    """Return the local checklist that is in force under a name."""
    rows = table("checklist")
    chosen = select(rows.c.id).where(rows.c.kind == kind, rows.c.name == name)
    return connection.execute(chosen.where(rows.c.source == LOCAL, rows.c.state == "current")).one_or_none()


def export(desk: Desk, folder: str) -> tuple[str, ...]:
    """Write what was imported and is in force into a folder, as import reads it; return the files.

    Raises BadInput for a folder that cannot be written, and Conflict where a file is there already.
    """
    rows = table("checklist")
    chosen = select(rows.c.kind, rows.c.name, rows.c.domain, rows.c.body).where(
        rows.c.source == LOCAL, rows.c.state == "current"
    )
    with desk.reading() as connection:
        found = connection.execute(chosen.order_by(rows.c.domain, rows.c.name)).all()
    written = []
    for row in found:
        file = f"{row.name if row.kind == 'tree' else row.kind}.toml"
        path = Path(folder) / row.domain / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="") as target:
                target.write(row.body)
        except FileExistsError as error:
            raise Conflict(_("{path} is there already", path=path), _("name an empty folder")) from error
        except OSError as error:
            raise BadInput(_("cannot write {path}: {error}", path=path, error=error.strerror or error)) from error
        written.append(str(path))
    return tuple(written)


def retire(desk: Desk, name: str, why: str = "", *, dry_run: bool = False) -> Outcome:
    """Take a local tree, or a folder's local catalogue, out of force; the shipped ones hold again.

    A catalogue is named by its folder, or as ``access/messages`` where several of a folder are local. Raises NotFound,
    and UsageError where a folder has several.
    """
    rows = table("checklist")
    folder, _slash, kind = name.removesuffix(".toml").partition("/")
    wanted = [rows.c.source == LOCAL, rows.c.state == "current", rows.c.name == folder]
    if kind:
        wanted.append(rows.c.kind == kind)
    with desk.reading() as connection:
        found = connection.execute(select(rows.c.id, rows.c.kind).where(*wanted).order_by(rows.c.kind)).all()
    if not found:
        raise NotFound(_("nothing local is called {name}", name=name[:60]), _("noc diagnosis trees lists them"))
    if len(found) > 1:
        names = ", ".join(f"{folder}/{row.kind}" for row in found)
        raise UsageError(_("{ref} has several local catalogues", ref=folder), _("name one: {names}", names=names))
    return act(desk, Wish("checklist", found[0].id, "retire", {"why": why} if why else {}), dry_run=dry_run)
