"""Work off the screen's thread: call the desk in a worker, come back with the value or the error.

Every read and act of a screen goes through here. It must not know what is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.worker import get_current_worker

from noc_console.errors import NocError

if TYPE_CHECKING:
    from textual.dom import DOMNode

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
    """Call the desk in a thread; an act is never replaced, and its answer always arrives."""
    _run(node, "act", call, done, failed, exclusive=False)


def _run(
    node: DOMNode,
    group: str,
    call: Callable[[], T],
    done: Callable[[T], object],
    failed: Callable[[NocError], None],
    *,
    exclusive: bool,
) -> None:
    def job() -> None:
        worker = get_current_worker()
        try:
            value = call()
        except NocError as error:
            if not worker.is_cancelled:
                node.call_later(failed, error)
            return
        if not worker.is_cancelled:
            node.call_later(done, value)

    node.run_worker(job, group=group, thread=True, exclusive=exclusive)
