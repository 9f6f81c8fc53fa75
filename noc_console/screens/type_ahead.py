"""Keys in the order in which they were pressed: each is taken when what the one before it set off has come to sight.

A terminal delivers keys faster than a form opens, above all over a slow line. Without this, letters meant for a form
that is on its way would be verbs of the ticket under the cursor. It must not know what a key does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.screen import Screen

    from noc_console.screens.app import NocApp

Typed = events.Key | events.Paste
#: Never waits, so that a console that answers no more can be left.
_AT_ONCE = "ctrl+c"
#: A key whose way was cut off (its field is gone) holds up the next ones no longer than this.
_LOST_S = 2.0
#: While keys wait it is looked so often whether what they wait for is gone: a screen that was asked for a sign of
#: life and left before it gave one never gives it.
_LOOK_S = 0.1


def as_pressed(event: Typed) -> tuple[Typed, ...]:
    """Return the keys of an event: Esc and a letter that arrive together, as over a slow line, look like Alt."""
    if isinstance(event, events.Key) and event.key.startswith("alt+") and event.character:
        return events.Key("escape", "\x1b"), events.Key(event.character, event.character)
    return (event,)


class Hold:
    """Something on its way to the screen, for which the keys wait; ``release`` may be called more than once."""

    def __init__(self, ahead: TypeAhead) -> None:
        self._ahead = ahead

    def release(self) -> None:
        """Let the next key go on."""
        self._ahead.let_go(self)


class TypeAhead:
    """The keys that wait, and what they wait for; ``deliver`` gives one to whatever has the focus then."""

    def __init__(self, app: NocApp, deliver: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[Typed] = deque()
        self._holds: set[Hold] = set()
        self._under_way: Typed | None = None
        self._since = 0.0
        self._ready: Screen[object] | None = None
        self._asked: Screen[object] | None = None
        self._watched = False

    async def take(self, event: Typed) -> None:
        """Deliver a key when its turn has come."""
        if isinstance(event, events.Key) and event.key in (_AT_ONCE, *getattr(self._app.screen, "AT_ONCE", ())):
            await self._deliver(event)
            return
        lost = self._under_way is not None and monotonic() - self._since > _LOST_S
        if lost and not self._waiting:
            self._under_way = None
        self._waiting.append(event)
        await self._advance()
        self._watch()

    def _watch(self) -> None:
        """Look again while keys wait."""
        if self._waiting and not self._watched:
            self._watched = True
            self._app.set_timer(_LOOK_S, self._look_again)

    async def _look_again(self) -> None:
        """Wait no longer for a screen that was left, nor for a key whose way was cut off."""
        self._watched = False
        if not self._app.is_running:
            return
        if self._asked is not None and self._asked is not self._app.screen:
            self._asked = None
        if self._under_way is not None and monotonic() - self._since > _LOST_S:
            self._under_way = None
        await self._advance()
        self._watch()

    def hold(self) -> Hold:
        """Have the keys wait for something that was set off."""
        held = Hold(self)
        self._holds.add(held)
        return held

    def let_go(self, held: Hold) -> None:
        """End a hold, once what it waited for has been handled by the screen in sight."""
        if held in self._holds:
            self._holds.discard(held)
            self._app.call_later(self._advance)

    def drop(self) -> bool:
        """Forget the keys that wait, because what they were meant for does not come; tell whether there were any."""
        dropped = bool(self._waiting)
        self._waiting.clear()
        return dropped

    async def _advance(self) -> None:
        """Deliver the next key, unless one is under way, something is awaited, or the screen is not ready for it."""
        if self._under_way is not None or self._holds or self._asked is not None or not self._waiting:
            return
        screen = self._app.screen
        if screen is not self._ready:
            self._asked = screen
            self._after((screen,), partial(self._is_ready, screen))
            return
        event = self._waiting.popleft()
        self._under_way, self._since = event, monotonic()
        way = tuple(node for node in (self._app.focused or screen).ancestors_with_self if node is not self._app)
        await self._deliver(event)
        self._after(way, partial(self._passed, event, way))

    async def _is_ready(self, screen: Screen[object]) -> None:
        """Go on when a screen has been laid out and has its focus; it says so through its own queue."""
        if self._asked is not screen:
            return
        self._asked = None
        self._ready = screen
        await self._advance()

    async def _passed(self, event: Typed, way: tuple[MessagePump, ...]) -> None:
        """Go on with the next key when nothing that this one set off waits on its way any more."""
        if self._under_way is not event:
            return
        if any(node.message_queue_size for node in way):
            self._after(way, partial(self._passed, event, way))
            return
        self._under_way = None
        await self._advance()

    def _after(self, way: tuple[MessagePump, ...], then: Callable[[], Awaitable[None]]) -> None:
        """Call when every queue on the way, and then the app's, has come past what is in it now."""
        for place, node in enumerate(way):
            if node.call_later(self._after, way[place + 1 :], then):
                return
        self._app.call_later(then)
