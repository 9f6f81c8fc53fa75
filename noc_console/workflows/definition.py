"""Checks of a machine's table, made once when it is built. It must not judge records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noc_console.workflows import machine as m

if TYPE_CHECKING:
    from collections.abc import Iterator

    from noc_console.workflows.machine import Event, Workflow


def check(workflow: Workflow) -> None:
    """Raise ValueError naming the first thing wrong with the table."""
    problem = next(_problems(workflow), None)
    if problem:
        raise ValueError(f"workflow {workflow.name}: {problem}")


def _problems(workflow: Workflow) -> Iterator[str]:
    names = [state.name for state in workflow.states]
    if len(set(names)) < len(names):
        yield "a state is named twice"
    if workflow.initial not in names:
        yield f"initial state {workflow.initial} is unknown"
    events = [event.name for event in workflow.events]
    if len(set(events)) < len(events):
        yield "an event is named twice"
    for state in workflow.states:
        if state.tone not in m.TONES:
            yield f"state {state.name} has the unknown tone {state.tone}"
    for event in workflow.events:
        yield from _event_problems(event, set(names))
    yield from _reach_problems(workflow)
    yield from _key_problems(workflow)


def _event_problems(event: Event, names: set[str]) -> Iterator[str]:
    for state in (*event.sources, *targets(event)):
        if state not in names and state != m.NEW:
            yield f"event {event.name} names the unknown state {state}"
    if not isinstance(event.target, str):
        options = next((f.choices for f in event.inputs if f.name == event.choice), ())
        if set(options) != set(event.target):
            yield f"event {event.name}: input {event.choice!r} must offer just {sorted(event.target)}"
    inputs = [field.name for field in event.inputs]
    if len(set(inputs)) < len(inputs):
        yield f"event {event.name} has an input twice"


def targets(event: Event) -> tuple[str, ...]:
    """Return the states that an event names as targets (none for SAME and BACK)."""
    named = (event.target,) if isinstance(event.target, str) else tuple(event.target.values())
    return tuple(target for target in named if target not in (m.SAME, m.BACK))


def edges(workflow: Workflow) -> set[tuple[str, str]]:
    """Return every (from, to) pair of the table; BACK leads to each state that enters a holding state."""
    held = {
        source
        for event in workflow.events
        for source in event.sources
        if any(workflow.state(target).holds for target in targets(event))
    }
    pairs: set[tuple[str, str]] = set()
    for event in workflow.events:
        ends = held if event.target == m.BACK else set(targets(event))
        pairs |= {(source, end) for source in event.sources for end in ends}
    return pairs


def _reach_problems(workflow: Workflow) -> Iterator[str]:
    pairs = edges(workflow)
    final = {state.name for state in workflow.states if state.final}
    if final and workflow.endless:
        yield f"it is endless, yet {sorted(final)} are final"
    births = {target for event in workflow.events if event.is_birth for target in targets(event)}
    # rows of some machines are added by another's events, and are never born by one of their own
    if births and births != {workflow.initial}:
        yield f"records are born in {sorted(births)}, not in {workflow.initial} only"
    reached = _closure({workflow.initial}, pairs)
    ending = _closure(final, {(b, a) for a, b in pairs})
    for state in workflow.states:
        if state.name not in reached:
            yield f"state {state.name} cannot be reached"
        if state.name not in ending and not workflow.endless:
            yield f"state {state.name} has no way to a final state"
    for start, end in sorted(pairs):
        if start in final and end != start:
            yield f"final state {start} has a way out to {end}"


def _closure(start: set[str], pairs: set[tuple[str, str]]) -> set[str]:
    found = set(start)
    while True:
        more = {b for a, b in pairs if a in found} - found
        if not more:
            return found
        found |= more


def _key_problems(workflow: Workflow) -> Iterator[str]:
    for state in workflow.states:
        seen: dict[str, str] = {}
        for event in workflow.of_state(state.name):
            if not event.key:
                continue
            if event.key in m.RESERVED_KEYS:
                yield f"event {event.name}: key {event.key} belongs to the console"
            if event.key in seen:
                yield f"key {event.key} is both {seen[event.key]} and {event.name} in {state.name}"
            seen[event.key] = event.name
