"""Local trees and thresholds from a folder: each file is checked with all that is in force, and the good are stored.

A broken file is told with file, line and rule; it never stops the others. Nothing is judged here that ``tree_file.py``
and ``tree_checks.py`` judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from noc_console.checklists import catalogue_files, trees
from noc_console.checklists.tree_checks import Catalogue, of_tree
from noc_console.checklists.tree_file import MAX_BYTES, BadFiles, Finding, line_of, parse
from noc_console.desk import tree_library
from noc_console.desk.act import Outcome, Wish, act
from noc_console.desk.diagnosis_view import shown_threshold
from noc_console.desk.rows import one
from noc_console.desk.tree_library import LOCAL, SHIPPED, hash_of
from noc_console.errors import BadInput, Conflict, NotFound
from noc_console.i18n import _, language
from noc_console.store.tables import table
from noc_console.workflows.tree import GENERAL, Threshold, Tree
from noc_console.workflows.tree_walk import as_data

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

_THRESHOLDS = "thresholds.toml"
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
    thresholds: dict[str, Threshold] | None = None
    action: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def hash(self) -> str:
        """Return what its text is kept by."""
        return hash_of(self.text)

    def json(self) -> dict[str, object]:
        """Return it as ``noc diagnosis import`` gives it."""
        found = [{"line": each.line or None, "key": each.key or None, "text": each.what} for each in self.findings]
        refused = self.action == "refused"
        place = {"file": self.file, "kind": self.kind, "id": self.name, "hash": None if refused else self.hash}
        return {**place, "action": self.action, "problems": found}


def import_folder(desk: Desk, folder: str, *, dry_run: bool = False) -> tuple[Taken, ...]:
    """Import the trees and thresholds of a folder and of the folders in it; what is in force stays where one is broken.

    Raises BadInput for a folder that cannot be read or holds no such file, and Refused without the right.
    """
    files = [_read(path) for path in _files(Path(folder))]
    if not files:
        raise BadInput(_("{path} holds no tree", path=folder), _("a tree is a file such as AC-T1.toml"))
    checked = _checked(desk, files)
    return tuple(_put(desk, file, dry_run=dry_run) if file.action != "refused" else file for file in checked)


def check(desk: Desk) -> tuple[Finding, ...]:
    """Return what is wrong with all trees, thresholds and alarms that are in force, shipped and local."""
    catalogue = _in_force(desk)
    found = []
    for name, tree in catalogue.trees.items():
        found += [Finding(f"{name}.toml", 0, key, what) for key, what in of_tree(tree, catalogue)]
    for alarm in catalogue.alarms.values():
        missing = [name for name in alarm.trees if name not in catalogue.trees]
        found += [Finding("alarms.toml", 0, alarm.id, _("there is no tree {name}", name=name)) for name in missing]
        if not alarm.trees:
            found.append(Finding("alarms.toml", 0, alarm.id, _("no tree fits it")))
    return tuple(found)


def _in_force(desk: Desk) -> Catalogue:
    """Return the shipped catalogue with the local trees and thresholds before the shipped ones."""
    shipped = trees.shipped()
    with desk.reading() as connection:
        local = tree_library.local_thresholds(connection)
    thresholds = dict(shipped.thresholds)
    for each in local:
        thresholds |= each
    found = {kept.id: kept.tree for kept in tree_library.all_in_force(desk)}
    return replace(shipped, trees=found, thresholds=thresholds)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files that may be trees or thresholds, in order; links out of the folder are not followed."""
    if not folder.is_dir():
        raise BadInput(_("{path} is no folder", path=folder), _("name the folder that holds the trees"))
    found = sorted(path for path in (*folder.glob("*.toml"), *folder.glob("*/*.toml")) if path.is_file())
    if len(found) > MAX_FILES:
        raise BadInput(_("{path} holds too many files", path=folder), _("at most {n}", n=MAX_FILES))
    others = set(trees.CATALOGUES) - {_THRESHOLDS}
    return (path for path in found if path.name not in others)


def _read(path: Path) -> Taken:
    kind = "thresholds" if path.name == _THRESHOLDS else "tree"
    folder = path.parent.name if path.parent.name in trees.FOLDERS else GENERAL
    file = Taken(str(path), kind, folder if kind == "thresholds" else path.stem)
    try:
        if path.stat().st_size > MAX_BYTES:
            return _refused(file, Finding(str(path), 0, "", _("larger than {limit} KiB", limit=MAX_BYTES // 1024)))
        text = tree_library.as_stored(path.read_text(encoding="utf-8-sig"))
        if kind == "thresholds":
            return replace(file, text=text, thresholds=catalogue_files.thresholds(text, str(path), folder))
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
    base = _in_force(desk)
    twice = _twice(files)
    files = [_refused(file, *twice[file.file]) if file.file in twice else file for file in files]
    while True:
        good = [file for file in files if file.action != "refused"]
        thresholds = dict(base.thresholds)
        for file in good:
            thresholds |= file.thresholds or {}
        known = dict(base.trees) | {file.name: file.tree for file in good if file.tree}
        catalogue = replace(base, trees=known, thresholds=thresholds)
        found = {file.file: tuple(_wrong(file, catalogue)) for file in good}
        if not any(found.values()):
            return files
        files = [_refused(file, *found[file.file]) if found.get(file.file) else file for file in files]


def _wrong(file: Taken, catalogue: Catalogue) -> Iterator[Finding]:
    if file.tree is not None:
        for key, what in of_tree(file.tree, catalogue):
            yield Finding(file.file, line_of(file.text, key), key, what)


def _twice(files: list[Taken]) -> dict[str, tuple[Finding, ...]]:
    """Return the files that say what an earlier one says already."""
    first: dict[tuple[str, str], str] = {}
    found: dict[str, tuple[Finding, ...]] = {}
    for file in files:
        if file.action == "refused":
            continue
        earlier = first.setdefault((file.kind, file.name), file.file)
        if earlier != file.file:
            said = _("{name} is in {file} already", name=file.name, file=earlier)
            found[file.file] = (Finding(file.file, line_of(file.text, "id"), "id", said),)
    return found


def _refused(file: Taken, *findings: Finding) -> Taken:
    return replace(file, action="refused", findings=findings)


def _put(desk: Desk, file: Taken, *, dry_run: bool) -> Taken:
    with desk.reading() as connection:
        row = one(connection, "checklist", file.hash)
    if row is not None and row["state"] == "current":
        return replace(file, action="unchanged")
    domain = file.tree.domain if file.tree else file.name
    inputs = {"kind": file.kind, "name": file.name, "domain": domain, "source": LOCAL, "body": file.text}
    act(desk, Wish("checklist", file.hash, "put", inputs), dry_run=dry_run)
    return replace(file, action="imported")


def thresholds(desk: Desk) -> Iterator[dict[str, object]]:
    """Yield every threshold that is in force with its source, and whether it is shipped or local."""
    with desk.reading() as connection:
        local = {name for each in tree_library.local_thresholds(connection) for name in each}
    for name, one_of in sorted(_in_force(desk).thresholds.items()):
        shown = shown_threshold(as_data(one_of, one_of.limits))
        shown.pop("verdict")
        yield {**shown, "name": one_of.name.text(language()), "origin": LOCAL if name in local else SHIPPED}


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
        file = _THRESHOLDS if row.kind == "thresholds" else f"{row.name}.toml"
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
    """Take a local tree, or a folder's local thresholds, out of force; the shipped ones hold again. Raises NotFound."""
    rows = table("checklist")
    local = (rows.c.source == LOCAL, rows.c.state == "current")
    with desk.reading() as connection:
        row = connection.execute(select(rows.c.id).where(*local, rows.c.name == name)).first()
    if row is None:
        raise NotFound(_("nothing local is called {name}", name=name[:60]), _("noc diagnosis trees lists them"))
    return act(desk, Wish("checklist", row.id, "retire", {"why": why} if why else {}), dry_run=dry_run)
