"""Work off the screen's thread: call the desk in a worker, come back with the value or the error.

Every read and act of a screen goes through here. It must not know what is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.worker import get_current_worker

from noc_console.errors import NocError

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from noc_console.screens.app import NocApp

T = TypeVar("T")


def read(
    node: DOMNode,
    group: str,
    call: Callable[[], T],
    done: Callable[[T], object],
    failed: Callable[[NocError], None],
) -> None:
    """Call the desk in a thread; a newer read of the same group on the same node replaces this one."""
    _run(node, group, call, done, failed, exclusive=True)


def bring(
    node: DOMNode,
    group: str,
    call: Callable[[], T],
    done: Callable[[T], object],
    failed: Callable[[NocError], None],
) -> None:
    """Read what a key brings to sight: what is typed meanwhile waits for it, and is dropped where it does not come."""
    _run(node, group, call, done, failed, exclusive=True, keys_wait=True)


def ask(
    node: DOMNode,
    call: Callable[[], T],
    done: Callable[[T], object],
    failed: Callable[[NocError], None],
) -> None:
    """Call the desk in a thread; every answer arrives, because the asker tells its questions apart."""
    _run(node, "ask", call, done, failed, exclusive=False)


def act(
    node: DOMNode,
    call: Callable[[], T],
    done: Callable[[T], object],
    failed: Callable[[NocError], None],
) -> None:
    """Call the desk in a thread; an act is never replaced, its answer always arrives, and the keys wait for it."""
    _run(node, "act", call, done, failed, exclusive=False, keys_wait=True)


def _run(
    node: DOMNode,
    group: str,
    call: Callable[[], T],
    done: Callable[[T], object],
    failed: Callable[[NocError], None],
    *,
    exclusive: bool,
    keys_wait: bool = False,
) -> None:
    app = cast("NocApp", node.app)
    hold = app.hold_keys() if keys_wait else None

    def succeed(value: T) -> None:
        done(value)
        if hold is not None:
            hold.release()

    def fail(error: NocError) -> None:
        failed(error)
        if hold is not None:
            app.drop_keys()
            hold.release()

    def job() -> None:
        worker = get_current_worker()
        try:
            value = call()
        except NocError as error:
            told = not worker.is_cancelled and node.call_later(fail, error)
        else:
            told = not worker.is_cancelled and node.call_later(succeed, value)
        if hold is not None and not told:
            app.call_later(hold.release)

    node.run_worker(job, group=group, thread=True, exclusive=exclusive)
