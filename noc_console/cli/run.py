"""Runs one command line: language first, then the command, then every error as its exit code.

The only place of the command line where errors are told. It must not know any noun.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.main import get_command

from noc_console import __version__
from noc_console.cli import render, streams
from noc_console.cli.nouns import NOUNS
from noc_console.cli.options import Entries, Entry, Globals, Noun, as_text, globals_of, shared_params
from noc_console.errors import NocError, UsageError
from noc_console.i18n import LANGUAGES, N_, _, language_of_environment, set_language

INTERRUPTED: Final = 130
_COMPLETION: Final = "_NOC_COMPLETE"


def run(args: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    streams.prepare()
    said = Globals(config=_peek(args, "--config"))
    try:
        code = _run(list(args), said)
        render.flush()
    except streams.StreamLost as lost:
        if lost.why:
            render.note("error: " + _output_lost(lost.why))
        streams.hang_up()
        return lost.code
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(args: list[str], said: Globals) -> int:
    try:
        _choose_language(args, said)
        result = _root(args).main(args, prog_name="noc", standalone_mode=False, obj=said, windows_expand_args=False)
    except NocError as error:
        render.failed(error, said.output)
        return error.exit_code
    except typer.TyperException as error:
        render.failed(_unparsed(error, args), said.output)
        return UsageError.exit_code
    except typer.Abort:
        return INTERRUPTED
    except OSError as error:
        # the parser writes completions itself; everything else of ours goes through the sink
        if not _completes(args):
            raise
        raise streams.StreamLost(error) from None
    return int(result or 0)


def _output_lost(why: str) -> str:
    text = _("standard output takes no more: {why}", why=why)
    return _("{text} ({remedy})", text=text, remedy=_("what was stored before stays stored"))


def _completes(args: Sequence[str]) -> bool:
    """Tell whether completion may be asked for: its own options cost imports, and stand before any noun."""
    return _COMPLETION in os.environ or not args or args[0].startswith("-")


def _root(args: Sequence[str]) -> Noun:
    app = typer.Typer(
        cls=Noun,
        help=N_("A console for technical support of telecom networks. Without a command, it opens on the screen."),
        add_completion=_completes(args),
        rich_markup_mode=None,
    )
    app.callback(invoke_without_command=True)(_without_noun)
    made = get_command(app)
    assert isinstance(made, Noun)
    nouns = {name: Entry(help_, partial(_noun, module)) for name, (module, help_) in NOUNS.items()}
    made.entries = Entries(nouns)
    made.params = [*map(as_text, made.params), *shared_params().values()]
    return made


def _noun(module: str) -> Any:
    return import_module(module).command()


def _without_noun(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=N_("Say the release and exit"))] = False,
) -> int:
    """Open the console where nothing else is asked for."""
    if version:
        render.line(f"noc {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        from noc_console.cli.console import open_console

        open_console(globals_of(context))
    return 0


def _choose_language(args: Sequence[str], said: Globals) -> None:
    """Choose the language before any help is made: ``--lang``, NOC_LANG, the settings, then the system's."""
    named = _peek(args, "--lang") or os.environ.get("NOC_LANG")
    set_language(named if named in LANGUAGES else language_of_environment())
    if not named and (settings := said.settings()).language:
        set_language(settings.language)


def _peek(args: Sequence[str], name: str) -> str | None:
    """Return the value of an option wherever it stands, before the line is parsed."""
    for index, arg in enumerate(args):
        if arg == "--":
            break
        if arg == name and index + 1 < len(args):
            return args[index + 1]
        if arg.startswith(f"{name}="):
            return arg.partition("=")[2]
    return None


def _unparsed(error: Any, args: Sequence[str]) -> UsageError:
    """Say in the language in use what the parser could not take."""
    path = error.ctx.command_path if getattr(error, "ctx", None) else "noc"
    hint = _("{command} --help lists what there is", command=path)
    option = getattr(error, "option_name", None)
    if option and hasattr(error, "possibilities"):
        if error.possibilities:
            hint = _("did you mean {command}?", command=error.possibilities[0])
        return UsageError(_("{command} has no option {name}", command=path, name=option), hint)
    if option:
        if any(arg.startswith(f"{option}=") for arg in args):
            return UsageError(_("option {name} takes no value", name=option), hint)
        return UsageError(_("option {name} needs a value", name=option), hint)
    param = getattr(error, "param", None)
    if param is not None and hasattr(error, "param_type"):
        return UsageError(_("{name} is missing", name=param.metavar or param.name.upper()), hint)
    return UsageError(error.format_message().rstrip("."), hint)
