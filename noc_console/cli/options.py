"""The options that every command takes, and the classes of commands that carry them.

Global options stand before the noun and after the verb alike; the later one wins. It must not know any noun.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from noc_console import config as settings_file
from noc_console.cli import render
from noc_console.cli.render import OUTPUTS
from noc_console.config import Config
from noc_console.errors import UsageError
from noc_console.i18n import LANGUAGES, N_, _, set_language

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk


@dataclass(slots=True)
class Globals:
    """What one command line says for all commands; what it leaves open, the environment and the settings say."""

    store: str | None = None
    actor: str | None = None
    lang: str | None = None
    config: str | None = None
    output: str = "text"
    dry_run: bool = False
    loaded: Config | None = None

    def settings(self) -> Config:
        """Return the settings of ``--config``, NOC_CONFIG or the default file, read once."""
        if self.loaded is None:
            self.loaded = settings_file.load(self.config)
        return self.loaded

    def where(self) -> str | None:
        """Return the store that was named, None for that of the settings."""
        return self.store or os.environ.get("NOC_STORE")

    def who(self) -> str | None:
        """Return the engineer who was named, None for that of the settings or the system's user."""
        return self.actor or os.environ.get("NOC_ENGINEER")

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Open the store for a block, as the engineer who acts."""
        from noc_console.desk.desk import Desk

        with Desk.open(store=self.where(), actor=self.who(), via="cli", config=self.settings()) as desk:
            if desk.made:  # a mistyped name makes one too
                render.note(_("made a new store at {path}", path=desk.store_name))
            yield desk


def globals_of(context: Any) -> Globals:
    """Return what the command line says for all commands."""
    found = context.find_root().obj
    assert isinstance(found, Globals)
    return found


def _keep(context: typer.Context, param: typer.CallbackParam, value: str | None) -> None:
    found = context.find_root().obj
    if value is None or not isinstance(found, Globals):
        return
    if param.name == "output":
        value = value.removeprefix("=")  # -o=json, as other programs take it
    if param.name == "output" and value not in OUTPUTS:
        raise UsageError(_("there is no output {name}", name=value), _("one of: {names}", names=", ".join(OUTPUTS)))
    if param.name == "lang":
        if value not in LANGUAGES:
            raise UsageError(
                _("there is no language {name}", name=value), _("one of: {names}", names=", ".join(LANGUAGES))
            )
        set_language(value)
    setattr(found, str(param.name), _argument(value))


def _keep_dry_run(context: typer.Context, value: bool | None) -> None:
    found = context.find_root().obj
    if value and isinstance(found, Globals):
        found.dry_run = True


def _argument(text: str) -> str:
    """Refuse bytes that are no text: no store, name or file of settings is meant by them."""
    if not text.isprintable():
        raise UsageError(_("not readable as text: {text}", text=ascii(text)))
    return text


def _option(name: str, metavar: str, help_: str, *names: str, choices: tuple[str, ...] = ()) -> Any:
    complete = (lambda: list(choices)) if choices else None
    return typer.Option(
        f"--{name}", *names, metavar=metavar, help=help_, expose_value=False, callback=_keep, autocompletion=complete
    )


def _everywhere(
    store: Annotated[str | None, _option("store", "PATH|URL", N_("The store: a file or postgresql://..."))] = None,
    actor: Annotated[str | None, _option("as", "ENGINEER", N_("Who acts; otherwise the system's user"))] = None,
    lang: Annotated[str | None, _option("lang", "en|zh", N_("Language"), choices=tuple(LANGUAGES))] = None,
    config: Annotated[str | None, _option("config", "FILE", N_("The settings to use"))] = None,
    output: Annotated[
        str | None, _option("output", "|".join(OUTPUTS), N_("Form of the output"), "-o", choices=OUTPUTS)
    ] = None,
    dry_run: Annotated[
        bool | None,
        typer.Option(
            "--dry-run",
            help=N_("Say what would happen, or which rules refuse; store nothing"),
            expose_value=False,
            callback=_keep_dry_run,
        ),
    ] = None,
) -> None:
    """Carry the options that all commands share."""


def as_text(param: Any) -> Any:
    """Return a parameter that takes text as it is: typer's own reading would import pydantic for it."""
    coerced = param.process_value

    def process_value(context: Any, value: Any) -> Any:
        if value is None and param.required:
            return coerced(context, value)
        if value is not None and param.type_descriptor.annotation not in (str, list[str], bool):
            return coerced(context, value)
        return param.callback(context, param, value) if param.callback else value

    param.process_value = process_value
    return param


@cache
def shared_params() -> Mapping[str, Any]:
    """Return the shared options by name."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command("shared")(_everywhere)
    return {str(param.name): as_text(param) for param in get_command(app).params}


def _light_help(option: Any) -> Any:
    """Return ``--help``, read as lightly as the other options, and written by the sink."""
    if option is not None and "process_value" not in vars(option):
        option.callback = _show_help
        as_text(option)
    return option


def _show_help(context: typer.Context, _param: typer.CallbackParam, value: bool | None) -> None:
    if value and not context.resilient_parsing:
        render.line(context.get_help())
        context.exit()


class Verb(TyperCommand):
    """A command that does something; its help is ours."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``, read as lightly as the other options."""
        return _light_help(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:
        """Return the help in the language in use."""
        from noc_console.cli.help import help_of

        return help_of(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the line; a yes or no behind its option, or joined to it, belongs to that option."""
        if any(param.secondary_opts for param in self.params):
            from noc_console.cli.yes_no import as_flags

            args = as_flags(self.params, args)
        ctx.allow_extra_args = True
        rest: list[str] = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise UsageError(
                _("{command} takes no more than was given before: {text}", command=ctx.command_path, text=rest[0]),
                _("{command} --help lists what there is", command=ctx.command_path),
            )
        return rest


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that is made when it is named: its one line of help, and how it is made."""

    help: str
    make: Callable[[], Any]


@dataclass(slots=True)
class Entries:
    """The commands of a group: those known at once, and ``more`` that cost imports, made when one of them is meant."""

    known: Mapping[str, Entry]
    more: Callable[[], Mapping[str, Entry]] | None = None

    def all(self) -> Mapping[str, Entry]:
        """Return every command."""
        if self.more is not None:
            self.known, self.more = {**self.known, **self.more()}, None
        return self.known

    def get(self, name: str) -> Entry | None:
        """Return the command of a name, if there is one."""
        return self.known.get(name) or self.all().get(name)


class Noun(TyperGroup):
    """A group whose commands are made only when they are named; listing them costs nothing."""

    entries: Entries

    def get_help_option(self, ctx: Any) -> Any:
        """Return ``--help``, read as lightly as the other options."""
        return _light_help(super().get_help_option(ctx))

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return list(self.entries.all())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a stand-in that has the help alone; completion looks at all of them."""
        entry = self.entries.all().get(cmd_name)
        return Verb(cmd_name, help=_(entry.help), rich_markup_mode=None) if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Make the command that is named, or name the nearest."""
        name, *rest = args
        entry = self.entries.get(name)
        if entry is not None:
            return name, entry.make(), rest
        if ctx.resilient_parsing:
            return None, None, rest
        raise unknown_command(ctx, name, tuple(self.entries.all()))

    def get_help(self, ctx: Any) -> str:
        """Return the help in the language in use."""
        from noc_console.cli.help import help_of

        return help_of(self, ctx, [(name, _(entry.help)) for name, entry in self.entries.all().items()])


def unknown_command(context: Any, name: str, known: tuple[str, ...]) -> UsageError:
    """Return the error for a noun or verb that there is not, naming the nearest that there is."""
    import difflib

    near = difflib.get_close_matches(name, known, 1)
    hint = (
        _("did you mean {command}?", command=near[0])
        if near
        else _("{command} --help lists what there is", command=context.command_path)
    )
    return UsageError(_("{command} has no command {name}", command=context.command_path, name=name), hint)


def noun(
    name: str, help_: str, known: Mapping[str, Entry], more: Callable[[], Mapping[str, Entry]] | None = None
) -> Noun:
    """Return the group of a noun's verbs; ``more`` gives those whose making costs imports."""
    entries = Entries(known, more)

    def without_verb(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            raise UsageError(
                _("{command} needs a verb", command=context.command_path),
                _("one of: {names}", names=", ".join(entries.all())),
            )

    app = typer.Typer(cls=Noun, name=name, help=help_, add_completion=False, rich_markup_mode=None)
    app.callback(invoke_without_command=True)(without_verb)
    made = get_command(app)
    assert isinstance(made, Noun)
    made.entries = entries
    made.params = [*made.params, *shared_params().values()]
    return made


def verb(
    function: Callable[..., int | None],
    help_: str,
    *,
    name: str,
    writes: bool = False,
    without: tuple[str, ...] = (),
) -> Any:
    """Return the command of a function; ``without``: shared options left out.

    ``--dry-run`` is taken by all, as before the noun; only a command that ``writes`` speaks of it.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, help=help_, cls=Verb)(function)
    made = get_command(app)
    shared = {key: param for key, param in shared_params().items() if key not in without}
    if not writes:
        shared["dry_run"] = copy(shared["dry_run"])
        shared["dry_run"].hidden = True
    made.params = [*map(as_text, made.params), *shared.values()]
    return made


def later(
    module: str, function: str, help_: str, *, name: str, writes: bool = False, without: tuple[str, ...] = ()
) -> Entry:
    """Return the entry of a verb that is one function of a module, imported when the verb is named."""
    return Entry(
        help_,
        lambda: verb(getattr(import_module(module), function), help_, name=name, writes=writes, without=without),
    )


def built_later(module: str, builder: str, help_: str) -> Entry:
    """Return the entry of a verb that a function of a module builds, imported when the verb is named."""
    return Entry(help_, lambda: getattr(import_module(module), builder)(help_))


def entry(
    function: Callable[..., int | None], help_: str, *, name: str, writes: bool = False, without: tuple[str, ...] = ()
) -> Entry:
    """Return the entry of a verb that is one function."""
    return Entry(help_, lambda: verb(function, help_, name=name, writes=writes, without=without))
