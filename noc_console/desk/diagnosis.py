"""Runs of diagnosis trees: begun, answered, shown, listed; each act is judged by the machine ``diagnosis``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select

from noc_console.clock import to_json
from noc_console.desk import catalogues, files, ticket, tree_library
from noc_console.desk.act import Outcome, Wish, act_in
from noc_console.desk.diagnosis_view import RunView, view_in
from noc_console.desk.rows import Values, values_of
from noc_console.errors import NotFound, UsageError
from noc_console.i18n import _
from noc_console.store import blobs
from noc_console.store.engine import retried, writing
from noc_console.store.tables import table
from noc_console.text import clean
from noc_console.workflows.diagnosis_guards import outcome
from noc_console.workflows.tree_walk import targets

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

KIND = "diagnosis"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What backs an answer: a file by name and content, and the exact command whose output it is."""

    name: str
    content: bytes
    command: str = ""


def start(desk: Desk, ref: str, tree: str, *, dry_run: bool = False) -> Outcome:
    """Begin a run of a tree for a ticket. Raises NotFound, and Refused where the machine says no."""
    row = ticket.row_of(desk, ref)
    name = clean(tree).strip()
    wish = Wish(KIND, "", "start", {"ticket": row["id"], "tree": _same_name(desk, name)})
    return _acted(desk, [wish], dry_run=dry_run, trees=(wish.inputs["tree"],))


def answer(
    desk: Desk,
    run: str,
    inputs: Mapping[str, Any],
    *,
    evidence: Sequence[Evidence] = (),
    dry_run: bool = False,
) -> Outcome:
    """Answer the step that a run stands at, with evidence for it; all is stored or none.

    ``inputs``: ``choice``, ``value``, ``variant``, ``note``, ``step`` (the one that is meant). Raises Conflict where
    somebody has answered meanwhile, and Refused with what the step asks for.
    """
    row = row_of(desk, run)
    seen = {"here": row["here"], "step": row["step"]}
    wishes = [_attaching(row, one) for one in evidence]
    wishes.append(Wish(KIND, row["id"], "answer", dict(inputs), seen=seen))
    with desk.reading() as connection:
        leads = tuple(targets(tree_library.kept(connection, row["here_hash"]), row["step"]))
    return _acted(desk, wishes, dry_run=dry_run, trees=leads, contents=[one.content for one in evidence])


def act(desk: Desk, run: str, event: str, inputs: Mapping[str, Any], *, dry_run: bool = False) -> Outcome:
    """Do another event of a run: go_back, jump, approve_step, finish, stop."""
    row = row_of(desk, run)
    given = dict(inputs)
    if event == "finish":
        given["outcome"] = outcome(row["step"])
    trees: tuple[str, ...] = ()
    if event == "jump" and given.get("tree"):
        given["tree"] = _same_name(desk, clean(str(given["tree"])).strip())
        trees = (given["tree"],)
    return _acted(desk, [Wish(KIND, row["id"], event, given)], dry_run=dry_run, trees=trees)


def attach(desk: Desk, run: str, evidence: Evidence, comment: str = "", *, dry_run: bool = False) -> Outcome:
    """Add evidence to the step that a run stands at."""
    wish = _attaching(row_of(desk, run), evidence)
    if comment:
        wish = replace(wish, inputs={**wish.inputs, "comment": comment})
    return _acted(desk, [wish], dry_run=dry_run, contents=[evidence.content])


def show(desk: Desk, run: str) -> RunView:
    """Return a run with its way so far and the step that it stands at."""
    row = row_of(desk, run)
    with desk.reading() as connection:
        return view_in(connection, row, desk.now())


def page(desk: Desk, *, state: str = "running", ref: str = "", limit: int | None = 200) -> tuple[Values, ...]:
    """Return runs, newest first, each with ``ticket_ref`` and ``subject``; ``state`` may be ``all``."""
    runs, tickets = table("diagnosis"), table("ticket")
    chosen = select(runs, tickets.c.ref.label("ticket_ref"), tickets.c.subject.label("subject"))
    chosen = chosen.join(tickets, tickets.c.id == runs.c.record).order_by(runs.c.number.desc()).limit(limit)
    if state != "all":
        chosen = chosen.where(runs.c.state == state)
    if ref:
        chosen = chosen.where(runs.c.record == ticket.find(desk, ref))
    with desk.reading() as connection:
        return tuple(values_of("diagnosis", row) for row in connection.execute(chosen))


def line_json(row: Values) -> dict[str, Any]:
    """Return a run as lists give it."""
    names = ("state", "tree", "step", "started_by", "ended_by", "cause_code", "subject")
    return {
        "run": row["ref"],
        "ticket": row["ticket_ref"],
        **{name: row[name] for name in names},
        "tree": row["here"],
        "started_at": to_json(row["started_at"]),
        "ended_at": to_json(row["ended_at"]) if row["ended_at"] else None,
    }


def row_of(desk: Desk, run: str) -> Values:
    """Return a run by its reference or id, or the one that a ticket has running. Raises NotFound, UsageError."""
    wanted = clean(run).strip().removeprefix("[").removesuffix("]")
    runs, tickets = table("diagnosis"), table("ticket")
    with desk.reading() as connection:
        named_so = or_(runs.c.ref == wanted.upper(), runs.c.id == wanted.lower())
        row = connection.execute(select(runs).where(named_so)).one_or_none()
        if row is not None:
            return values_of("diagnosis", row)
        of_ticket = select(runs).join(tickets, tickets.c.id == runs.c.record).where(
            tickets.c.ref == wanted.upper(), runs.c.state == "running"
        )  # fmt: skip
        found = connection.execute(of_ticket.order_by(runs.c.number)).all()
    if not found:
        raise NotFound(_("there is no diagnosis {ref}", ref=wanted[:60]), _("noc diagnosis list shows them"))
    if len(found) > 1:
        names = ", ".join(one.ref for one in found)
        raise UsageError(_("{ref} has several diagnoses running", ref=wanted), _("name one: {names}", names=names))
    return values_of("diagnosis", found[0])


def evidence_of(path: str) -> Evidence:
    """Read a file as evidence. Raises BadInput, before it is read, for one that is too large or not a file."""
    return Evidence(*files.read(path))


def _attaching(row: Values, evidence: Evidence) -> Wish:
    inputs: dict[str, Any] = {"file": files.described(evidence.name, evidence.content)}
    if evidence.command:
        inputs["command"] = evidence.command
    return Wish(KIND, row["id"], "attach", inputs)


def _same_name(desk: Desk, name: str) -> str:
    """Return the id of a tree however its letters were typed, where there is one."""
    with desk.reading() as connection:
        return name if tree_library.in_force(connection, name) else name.upper()


def _acted(
    desk: Desk, wishes: Sequence[Wish], *, dry_run: bool, trees: Sequence[str] = (), contents: Sequence[bytes] = ()
) -> Outcome:
    def work() -> Outcome:
        with writing(desk.engine) as connection:
            for name in trees:
                _keep(desk, connection, name)
            for content in contents:
                blobs.keep(connection, content)
            outcome = act_in(desk, connection, wishes)[-1]
            if dry_run:
                connection.rollback()
            return outcome

    return retried(work)


def _keep(desk: Desk, connection: Connection, name: str) -> None:
    """Put what is shipped into the store before a run may name it, so that the run shows as it was for ever.

    That is the tree, and the catalogues with the thresholds, roles and messages that it names.
    """
    found = tree_library.in_force(connection, name)
    if found is None:
        return
    tree = found.tree
    wishes = [] if found.stored else [_put(found.hash, "tree", name, tree.domain, found.source, found.text)]
    for file in catalogues.missing(connection, catalogues.of_tree(connection, tree)):
        wishes.append(_put(file.hash, file.kind, file.folder, file.folder, file.source, file.text))
    if wishes:
        act_in(desk.as_service("rule", "rule"), connection, wishes)


def _put(digest: str, kind: str, name: str, domain: str, source: str, body: str) -> Wish:
    inputs = {"kind": kind, "name": name, "domain": domain, "source": source, "body": body}
    return Wish("checklist", digest, "put", inputs)
