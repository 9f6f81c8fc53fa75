"""Approvals by voice: which are still to be ratified, and who may put a hand under them (R31).

A ticket keeps each of them until it is ratified, as a list of its own: a second voice never covers the first. A giver
who is gone, or who does not answer in time, is stood in for by somebody who could have approved it, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from noc_console.clock import from_ms
from noc_console.i18n import N_
from noc_console.workflows.effect_kit import inbox
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import DEPENDS_ON_INPUT, DependsOnInput, Facts, Op, Put, Reason
from noc_console.workflows.plan_guards import refused_approver
from noc_console.workflows.ticket_guards import missing_input, on_facts, related
from noc_console.workflows.ticket_inputs import COMMENT

_PERSONS: Final = (
    ("given_by", N_("Approved by")), ("recorded_by", N_("Recorded by")), ("planned_by", N_("Planned by")),
)  # fmt: skip
#: ``by`` gave it, ``recorded_by`` wrote it down, ``planned_by`` made version ``version``; ``acted`` on by now or not.
Voice = Mapping[str, Any]
#: What is recorded of a voice for an act of a diagnosis: it is of no version of the plan.
GIVEN: Final = (
    *(Field(name, Kind.PERSON, label, required=True) for name, label in _PERSONS),
    Field("given_at", Kind.INSTANT, N_("Given at"), required=True),
)
VERSION: Final = Field("version", Kind.NUMBER, N_("Version"), N_("Of the plan; empty for all of yours"), minimum=1)


def voices_of(record: Mapping[str, Any]) -> tuple[Voice, ...]:
    """Return the approvals by voice that are still to be ratified, oldest first, each with ``due`` as an instant."""
    voices = record.get("voices")
    if voices is not None:
        return tuple({**voice, "due": _instant(voice["due"])} for voice in voices)
    if not record.get("ratify_due"):
        return ()
    # a ticket of the first release holds one, in its columns
    acted = bool(record.get("executed_at") or not record.get("approved_version"))
    one = {"by": record.get("approved_by"), "recorded_by": record.get("owner"), "planned_by": record.get("plan_by")}
    return ({**one, "version": record.get("plan_version"), "due": record["ratify_due"], "acted": acted},)


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else from_ms(value)


def columns_of(voices: Iterable[Voice], after: datetime | None = None) -> dict[str, Any]:
    """Return the columns for these voices; timers ask again at the next one that is due ``after`` an instant."""
    kept = tuple(voices)
    ahead = [voice["due"] for voice in kept if after is None or voice["due"] > after]
    return {"voices": kept, "ratify_due": min(ahead, default=None)}


def voided(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is left of the voices when an approval no longer holds: those that were acted on."""
    voices = voices_of(record)
    return columns_of(voice for voice in voices if voice["acted"]) if voices else {}


def givers(record: Mapping[str, Any]) -> frozenset[str]:
    """Return who has a voice to ratify on a ticket."""
    return frozenset(voice["by"] for voice in voices_of(record) if voice["by"])


def given(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Keep a voice that an act of a diagnosis rests on, to be ratified as that for a plan (R31)."""
    due = inputs["given_at"] + timedelta(seconds=facts.policy.ratify_voice_s)
    people = {"by": inputs["given_by"], "recorded_by": inputs["recorded_by"], "planned_by": inputs["planned_by"]}
    yield Put(columns_of((*voices_of(facts.record), {**people, "version": 0, "due": due, "acted": True})))
    yield inbox(facts, "ratify_your_word", inputs["given_by"], name=inputs["recorded_by"])


# --- Gates ---------------------------------------------------------------------------------------------------


@on_facts
def voice_ratified(facts: Facts) -> Reason | None:
    """Refuse while an approval by voice has not been ratified (R31)."""
    return _not_ratified(voices_of(facts.record))


@on_facts
def voice_acted_on_ratified(facts: Facts) -> Reason | None:
    """Refuse to end a ticket whose work rested on a voice that is not ratified."""
    return _not_ratified(tuple(voice for voice in voices_of(facts.record) if voice["acted"]))


def _not_ratified(voices: tuple[Voice, ...]) -> Reason | None:
    names = ", ".join(sorted({voice["by"] or "-" for voice in voices}))
    return Reason("not_ratified", {"name": names}) if voices else None


def ratifies(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Let the giver sign; in the place of one who is gone or overdue an approver of this size, with the reason."""
    voices = voices_of(facts.record)
    if not voices:
        return Reason("nothing_to_ratify")
    own = any(voice["by"] == facts.actor.name for voice in voices)
    refused = () if own else tuple(reason for voice in voices if (reason := _refused_stand_in(facts, voice)))
    if len(refused) == len(voices):
        return refused[0]
    if inputs is None:
        return DEPENDS_ON_INPUT
    if not signed(facts, inputs):
        return Reason("nothing_to_ratify")
    return None if own or inputs.get(COMMENT.name) else missing_input(COMMENT)


def signed(facts: Facts, inputs: Inputs) -> tuple[Voice, ...]:
    """Return the voices that an act of ratifying signs: one's own, else those that one may stand in for."""
    wanted = inputs.get(VERSION.name)
    voices = [voice for voice in voices_of(facts.record) if wanted in (None, voice["version"])]
    own = tuple(voice for voice in voices if voice["by"] == facts.actor.name)
    return own or tuple(voice for voice in voices if _refused_stand_in(facts, voice) is None)


def _refused_stand_in(facts: Facts, voice: Voice) -> Reason | None:
    name = facts.actor.name
    if not _gone(facts, voice["by"]) and voice["due"] > facts.at:
        return Reason("ratified_by_giver", {"name": voice["by"]})
    if name == voice["recorded_by"]:
        return Reason("ratifies_own_record", {"name": name})
    return refused_approver(facts, name, facts.actor.roles, planner=voice["planned_by"])


def _gone(facts: Facts, name: str) -> bool:
    """Tell whether somebody is out of service, or no longer approves anything."""
    row = next((row for row in related(facts, "givers") if row["name"] == name), None)
    approvers = facts.policy.rights.get("ticket.approve", frozenset())
    return row is None or row["state"] != "current" or approvers.isdisjoint(row["roles"])
