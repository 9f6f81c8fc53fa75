"""Verbs that the registers of people share: add, import, export, list, show, retire.

What a record holds comes from the fields of its machine. It must not know which register it serves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from inspect import Parameter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from noc_console.cli import render, shown
from noc_console.cli.arguments import plain, references
from noc_console.cli.events import state_line, with_signature
from noc_console.cli.inputs import Reader, given, parameters
from noc_console.cli.options import Entry, Globals, entry, globals_of, verb
from noc_console.cli.records import records
from noc_console.cli.render import Column
from noc_console.cli.several import Several
from noc_console.errors import BadInput, NocError, UsageError
from noc_console.i18n import N_, _
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Field

if TYPE_CHECKING:
    from noc_console.desk.act import Outcome
    from noc_console.desk.desk import Desk

NAMES = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help=N_("Names or record ids; - reads them from standard input")),
]
NAME = Annotated[str, typer.Argument(metavar="NAME", help=N_("Name or record id"))]
OPTIONAL_NAME = Annotated[str | None, typer.Argument(metavar="NAME")]
RETIRED = Annotated[bool, typer.Option("--retired", help=N_("Also those that are retired"))]


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its kind of record, and the columns of its list."""

    kind: str
    columns: tuple[Column, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return what a record holds."""
        event = workflow(self.kind).event("put")
        assert event is not None
        return event.inputs

    def entries(self) -> dict[str, Entry]:
        """Return the verbs."""
        return {
            "add": Entry(N_("Add a record, or change what is given of it"), self._add),
            "import": self._entry(
                self._import, N_("Add the records of a file: JSON, NDJSON or CSV"), "import", writes=True
            ),
            "export": self._entry(self._export, N_("Write all records as import reads them"), "export"),
            "list": self._entry(self._list, N_("List the records"), "list"),
            "show": self._entry(self._show, N_("Show one record"), "show"),
            "retire": self._entry(self._retire, N_("Retire a record: it stays on record"), "retire", writes=True),
        }

    def _entry(self, function: Callable[..., int], help_: str, name: str, *, writes: bool = False) -> Entry:
        return entry(function, help_, name=name, writes=writes)

    # --- Add and retire ---

    def _add(self) -> Any:
        fields = tuple(field for field in self.fields if field.name != "name")

        def add(context: typer.Context, name: str | None = None, **values: Any) -> int:
            said = globals_of(context)
            texts = given(fields, values) | ({"name": name} if name else {})
            with said.desk() as desk:
                inputs = Reader(desk).read(self.fields, texts)
                self.put(said, desk, inputs)
            return 0

        first = Parameter("name", Parameter.KEYWORD_ONLY, default=None, annotation=OPTIONAL_NAME)
        with_signature(add, [first, *parameters(fields)])
        return verb(add, N_("Add a record, or change what is given of it"), name="add", writes=True)

    def put(self, said: Globals, desk: Desk, inputs: Mapping[str, Any]) -> None:
        """Put one record and write what became of it."""
        from noc_console.desk import register

        outcome = register.put(desk, self.kind, inputs, dry_run=said.dry_run)
        self._tell(said, desk, outcome, inputs.get("name", ""))

    def _retire(
        self,
        context: typer.Context,
        names: NAMES,
        why: Annotated[str, typer.Option("--why", metavar="TEXT", help=N_("Why"))] = "",
    ) -> int:
        from noc_console.desk import register

        said = globals_of(context)
        with said.desk() as desk:

            def retire(name: str) -> Outcome:
                return register.retire(desk, self.kind, name, plain(why), dry_run=said.dry_run)

            if len(names) == 1 and names[0] != "-":
                self._tell(said, desk, retire(plain(names[0])), plain(names[0]))
                return 0
            several = Several(
                said, retire, lambda outcome: [self._item(said, desk, outcome, outcome.ref)],
                lambda outcome: [state_line(outcome, said.dry_run)], id_field="name", reported=True,
            )  # fmt: skip
            return several.tell(references(names))

    def _tell(self, said: Globals, desk: Desk, outcome: Outcome, name: str) -> None:
        item = self._item(said, desk, outcome, name)
        text = f"{item['name']} {outcome.state}"
        if said.dry_run:
            text = _("{ref} would be {state}", ref=name, state=outcome.state)
        render.single(item, said.output, [text], id_field="name")

    def _item(self, said: Globals, desk: Desk, outcome: Outcome, name: str) -> dict[str, Any]:
        from noc_console.desk import register

        if said.dry_run:
            return {"name": name, "state": outcome.state, "dry_run": True}
        return dict(register.show(desk, self.kind, outcome.record))

    # --- List and show ---

    def _list(self, context: typer.Context, retired: RETIRED = False) -> int:
        said = globals_of(context)
        with said.desk() as desk:
            render.many(self._rows(desk, retired), said.output, self.columns, id_field="name")
        return 0

    def _rows(self, desk: Desk, retired: bool) -> Iterator[dict[str, Any]]:
        from noc_console.desk import register

        after = None
        while run := register.page(desk, self.kind, retired=retired, after=after):
            yield from (dict(row) for row in run)
            after = run[-1]

    def _show(self, context: typer.Context, names: NAMES) -> int:
        from noc_console.desk import register

        said = globals_of(context)
        with said.desk() as desk:
            if len(names) == 1 and names[0] != "-":
                row = register.show(desk, self.kind, plain(names[0]))
                render.single(dict(row), said.output, self._lines(row, desk.zone), id_field="name")
                return 0
            several = Several(
                said, lambda name: register.show(desk, self.kind, name), lambda row: [dict(row)],
                lambda row: [*self._lines(row, desk.zone), ""], id_field="name",
            )  # fmt: skip
            return several.tell(references(names))

    def _lines(self, row: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
        """Yield a record for people: its name, its state, and each field that is set."""
        yield f"{row['name']}  {row['state']}"
        for field in self.fields:
            text = shown.value(row.get(field.name), zone)
            if text and field.name != "name":
                yield "  " + _("{label}: {text}", label=_(field.label), text=text)

    # --- Import and export ---

    def _export(self, context: typer.Context) -> int:
        said = globals_of(context)
        names = [field.name for field in self.fields]
        with said.desk() as desk:
            items = ({name: row[name] for name in names} for row in self._rows(desk, retired=False))
            render.many(items, "json" if said.output == "text" else said.output, (), id_field="name")
        return 0

    def _import(
        self,
        context: typer.Context,
        file: Annotated[str, typer.Argument(metavar="FILE", help=N_("- is standard input"))],
    ) -> int:
        from noc_console.desk import register

        said = globals_of(context)
        worst = 0
        with said.desk() as desk:
            records = self._readable(desk, file)

            def done() -> Iterator[dict[str, Any]]:
                nonlocal worst
                for index, inputs in enumerate(records, 1):
                    try:
                        outcome = register.put(desk, self.kind, inputs, dry_run=said.dry_run)
                    except NocError as error:
                        worst = max(worst, error.exit_code)
                        render.failed(error, said.output, about=str(index))
                        yield {"name": inputs.get("name"), **render.failure_json(error)}
                    else:
                        yield {"name": inputs.get("name"), "id": outcome.record, "state": outcome.state}

            render.many(done(), said.output, _IMPORTED, id_field="name")
        return worst

    def _readable(self, desk: Desk, file: str) -> list[dict[str, Any]]:
        """Read every record before the first is put: a file that cannot be taken leaves nothing behind."""
        reader = Reader(desk)
        known = {field.name for field in self.fields}
        many = {field.name for field in self.fields if field.many}
        read = []
        with records(file) as found:
            for index, item in enumerate(found, 1):
                unknown = sorted(set(item) - known)
                if unknown:
                    raise BadInput(
                        _("{file}, record {n}: there is no field {name}", file=file, n=index, name=unknown[0]),
                        _("fields: {names}", names=", ".join(sorted(known))),
                    )
                said = {name: _texts(value, name in many) for name, value in item.items() if value not in (None, "")}
                try:
                    read.append(reader.read(self.fields, said))
                except UsageError as error:
                    raise BadInput(_("{file}, record {n}: {why}", file=file, n=index, why=error)) from error
        return read


_IMPORTED = (
    Column(N_("NAME"), lambda item: str(item.get("name") or "-"), 40),
    Column(N_("STATE"), lambda item: item.get("state") or _("refused"), 20),
)


def _texts(value: Any, many: bool) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [str(part) for part in value]
    return str(value).split("; ") if many else str(value)  # as CSV is exported
