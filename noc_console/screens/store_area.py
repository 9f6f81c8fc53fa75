"""Area 7: where the data is and whether it is well, what requesters have not been told, and what waits for this person.

It reads through the desk in workers. Marking a message as sent by hand and an item as done are acts like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from noc_console.desk import inbox, outbox
from noc_console.desk.doctor import Check, doctor
from noc_console.desk.inbox import InboxItem
from noc_console.errors import NocError
from noc_console.i18n import N_, _, ngettext
from noc_console.screens import background
from noc_console.screens.acts_screen import ActsScreen
from noc_console.screens.bindings import bindings
from noc_console.screens.pages import Page
from noc_console.screens.refusals import told
from noc_console.screens.verbs import Target
from noc_console.screens.widgets.bar import Item
from noc_console.screens.widgets.hanging import Hanging, Hung
from noc_console.text import clean, fit
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.labels import label
from noc_console.workflows.outbox import STUCK

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk

_LINE = 300
#: What saves a damaged store names its place several times, and is told to the end.
_HELP = 4_000
#: Cells of how a message stands.
_STANDS = 15
#: Checks of what stands beside them, item by item.
_LISTED = ("outbox", "inbox")


@dataclass(frozen=True, slots=True)
class Look:
    """What waits: messages that nobody was sent, and items that nobody looked at."""

    waiting: tuple[Mapping[str, Any], ...]
    inbox: tuple[InboxItem, ...]


def look(desk: Desk) -> Look:
    """Read outbox and inbox; off the screen's thread."""
    return Look(outbox.page(desk), inbox.page(desk))


def examine(desk: Desk, store: str | None) -> tuple[tuple[Check, ...], int]:
    """Run the checks and read the version of the policy; off the screen's thread."""
    return doctor(store, desk.config), desk.policy().version


class StoreScreen(ActsScreen):
    """The store, the outbox and the inbox side by side, or under each other where it is narrow."""

    SCOPE = "store"
    ACTS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("outbox", N_("Outbox: not yet told")), ("inbox", N_("Inbox: to look at")),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = bindings("store")
    DEFAULT_CSS = """
    StoreScreen #checks { width: 60; padding: 0 1; border-right: solid $panel; }
    StoreScreen #checks Static { height: auto; }
    StoreScreen .heading { padding: 0 1; text-style: bold underline; height: 1; }
    StoreScreen OptionList { height: 1fr; border: none; padding: 0 1; }
    StoreScreen.-narrow #store-panes { layout: vertical; }
    StoreScreen.-narrow #checks { width: 1fr; height: 6; border-right: none; }
    StoreScreen.-narrow #store-lists { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._look: Look | None = None
        self._list = "#outbox"

    def compose_body(self) -> ComposeResult:
        """Lay out the checks and the two lists."""
        with Horizontal(id="store-panes"):
            with VerticalScroll(id="checks"):
                yield Hanging(id="check-text")
            with Vertical(id="store-lists"):
                yield Static(Content(_("Outbox: not yet told")), classes="heading")
                yield OptionList(id="outbox", compact=True)
                yield Static(Content(_("Inbox: to look at")), classes="heading")
                yield OptionList(id="inbox", compact=True)

    def on_mount(self) -> None:
        """Read everything once; the checks are not run again for every change."""
        self.go_to(self._list)
        self.changed()
        self.action_refresh_store()

    def go_to(self, name: str) -> None:
        """Put the focus on a list; before there is any, it is the one to begin in."""
        self._list = name
        for options in self.query(name):
            options.focus()

    def changed(self, *, keys_wait: bool = False) -> None:
        """Read outbox and inbox again."""
        start = background.bring if keys_wait else background.read
        start(self, "lists", partial(look, self.desk), self._show, self.app.tell)

    def action_refresh_store(self) -> None:
        """Run the checks again."""
        read = partial(examine, self.desk, self.app.store)
        background.read(self, "checks", read, self._show_checks, self._failed)

    def _failed(self, error: NocError) -> None:
        self.query_one("#check-text", Hanging).update(Content(told(error)))

    def _show_checks(self, found: tuple[tuple[Check, ...], int]) -> None:
        self.query_one("#check-text", Hanging).update(_checks_content(*found))

    def _show(self, found: Look) -> None:
        self._look = found
        zone = self.desk.zone
        _fill(self.query_one("#outbox", OptionList), [(item["id"], _outbox_line(item, zone)) for item in found.waiting])
        _fill(self.query_one("#inbox", OptionList), [(item.id, _inbox_line(item)) for item in found.inbox])
        self.show_footer()

    @property
    def _chosen(self) -> tuple[str, int] | None:
        """Return the list that has the focus and the place in it."""
        focused = self.focused
        if isinstance(focused, OptionList) and focused.highlighted is not None:
            return focused.id or "", focused.highlighted
        return None

    @property
    def entry(self) -> Target | None:
        """Return the message or item under the cursor as what acts are about."""
        if self._look is None or self._chosen is None:
            return None
        kind, place = self._chosen
        if kind == "outbox" and place < len(self._look.waiting):
            message = self._look.waiting[place]
            return Target(message["id"], str(message["ref"] or ""), kind, message["state"], message["subject"] or "")
        if kind == "inbox" and place < len(self._look.inbox):
            item = self._look.inbox[place]
            return Target(item.id, item.ref, kind, "open", item.text)
        return None

    @on(OptionList.OptionSelected, "#outbox")
    def _open_message(self, message: OptionList.OptionSelected) -> None:
        if self._look is not None:
            item = self._look.waiting[message.option_index]
            self.app.push_screen(Page(_subject(item), f"{_route(item, self.desk.zone)}\n\n{item['text'] or ''}"))

    @on(OptionList.OptionSelected, "#inbox")
    def _open_item(self, message: OptionList.OptionSelected) -> None:
        from noc_console.screens.ticket import TicketScreen

        if self._look is not None and self._look.inbox[message.option_index].ref:
            self.app.push_screen(TicketScreen(self._look.inbox[message.option_index].record))

    def footer_items(self) -> list[Item]:
        """Return the acts of the list in focus, then the keys of the area."""
        opens = [Item(_("open"), key="Enter")] if self.entry else []
        return [*opens, *self.act_items(), self.key_item("store.refresh"), self.key_item("app.help")]

    def on_descendant_focus(self) -> None:
        """Say the keys of the list that has the focus now."""
        self.show_footer()


def _fill(options: OptionList, entries: Sequence[tuple[str, Content]]) -> None:
    """Show entries, each with its id; the cursor stays on its entry, also when others came or went."""
    place, ids = options.highlighted or 0, [name for name, _line in entries]
    under = options.get_option_at_index(place).id if options.option_count else None
    options.clear_options()
    options.add_options(Option(Hung(line), id=name) for name, line in entries)
    if entries:
        options.highlighted = ids.index(under) if under in ids else min(place, len(entries) - 1)
    else:
        options.add_option(Option(Content(_("nothing waits")), disabled=True))


def _checks_content(checks: Sequence[Check], policy: int) -> Content:
    """Tell what keeps people from working first, then what is to be looked at: the pane shows few lines."""
    parts: list[tuple[str, str] | str] = [(_("Store"), "bold underline"), "\n"]
    for check in sorted(checks, key=lambda one: (not one.is_fault, one.ok)):
        if check.name in _LISTED:
            continue
        verdict = _("ok") if check.ok else _("FAULT") if check.is_fault else _("LOOK")
        name = _("{label}: {text}", label=clean(_(check.name)), text="")
        parts += [(fit(verdict, 5), "" if check.ok else "bold reverse"), (f" {name}", "bold")]
        parts += [clean(check.seen, limit=_HELP), "\n"]
        if check.hint:
            parts += [f"      {clean(check.hint, limit=_HELP)}", "\n"]
    in_force = _("{label}: {text}", label=_("policy"), text="")
    parts += ["      ", (in_force, "bold"), _("version {n}", n=policy), "\n"]
    return Content.assemble(*parts)


def _outbox_line(item: Mapping[str, Any], zone: tzinfo) -> Content:
    """Say how it stands, to whom it goes, and under it what the other side said and when the next try is due."""
    stands = fit(_stands(item), _STANDS)
    goes = f"  {item['ref'] or '-'}  {label(item['channel'])}  {item['to'] or '-'}  {_own_subject(item)}"
    first = Content.assemble((stands, "bold" if item["state"] in STUCK else ""), clean(goes, limit=_LINE))
    said = _said(item, zone)
    return Content("\n").join([first, Content(" " * (_STANDS + 2) + clean(said, limit=_LINE))]) if said else first


def _stands(item: Mapping[str, Any]) -> str:
    state = workflow("outbox").state(item["state"])
    return f"{state.glyph} {_(state.label)}"


def _said(item: Mapping[str, Any], zone: tzinfo) -> str:
    """Return what the other side said, and when the next try is due."""
    due = item["next_try_at"] and datetime.fromisoformat(item["next_try_at"]).astimezone(zone)
    again = _("next try {at}", at=due.strftime("%m-%d %H:%M")) if due else ""
    return "  ".join(part for part in (again, item["error"] or "") if part)


def _subject(item: Mapping[str, Any]) -> str:
    return str(item["subject"] or item["template"])


def _own_subject(item: Mapping[str, Any]) -> str:
    """Return the subject without the reference that stands beside it."""
    return _subject(item).removeprefix(f"[{item['ref']}]").strip()


def _route(item: Mapping[str, Any], zone: tzinfo) -> str:
    """Say how a message stands, by which way it goes to whom, how often that was tried, and what was said."""
    way = _("{channel} to {recipient}", channel=label(item["channel"]), recipient=item["to"] or "-")
    tried = ngettext("tried once", "tried {n} times", item["tries"]) if item["tries"] else ""
    return "\n".join(part for part in (_stands(item), way, tried, _said(item, zone)) if part)


def _inbox_line(item: InboxItem) -> Content:
    what = _("{text} ({remedy})", text=item.text, remedy=item.remedy) if item.remedy else item.text
    return Content.assemble((f"{clean(item.ref)}  ", "bold"), clean(what, limit=_LINE))
