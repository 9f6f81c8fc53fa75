"""The short way of small matters: one form whose answers feed a chain of events, each judged as if fired alone.

For P4 and P5 with a remedy that is approved beforehand and nothing interrupted. Data and one judgement; the desk fires
the chain in one transaction and stops at the first refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows import breaches
from noc_console.workflows import ticket_inputs as f
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import Facts, Reason
from noc_console.workflows.ticket_guards import missing_input
from noc_console.workflows.validation import input_reasons

GRADES: Final = ("P4", "P5")


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the chain, from the states it starts in, with where each of its inputs comes from.

    A source is a field of the form, ``record.<column>``, ``=<literal>``, ``@now``, or ``@remedy`` (the wording of the
    pre-approved class); the first that has a value counts.
    """

    event: str
    source: str
    inputs: Mapping[str, tuple[str, ...]]
    #: where the step is left out unless this holds
    when: Callable[[Facts], bool] = lambda facts: True


_CONFIRMED_BY: Final = Field(
    "confirmed_by", Kind.TEXT, N_("Confirmed by"), N_("Who said that it works"), required=True, pii=True, max_length=200
)
#: Asked only where a promise was missed whose reason the policy wants.
BREACH: Final = (
    replace(breaches.REASON, name="breach_reason", label=N_("Why late"), required=False),
    replace(f.WORDS_WHY, name="breach_words", label=N_("How it came to that"), help=""),
)
_OPTIONAL: Final = (replace(f.CONTACT_CHANNEL, required=False), f.SCORE, f.WORDS)
_FAULT_FIELDS: Final = (
    f.required(f.CAUSE_CODE), f.required(f.REMEDY), f.HOW_VERIFIED, f.RESULT, f.PREVENTION, _CONFIRMED_BY,
    replace(f.LOCATION, required=False), replace(f.EVIDENCE, required=False), replace(f.CAUSE, required=False),
    *_OPTIONAL, *BREACH,
)  # fmt: skip
_REQUEST_FIELDS: Final = (f.RESULT, f.HOW_VERIFIED, _CONFIRMED_BY, *_OPTIONAL, *BREACH)
#: The form, by kind.
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {"fault": _FAULT_FIELDS, "request": _REQUEST_FIELDS}

_CHANNEL: Final = ("channel", "=phone")
_CONFIRM: Final = {
    "who": ("confirmed_by",),
    "channel": _CHANNEL,
    "how_tested": ("how_verified",),
    "score": ("score",),
    "words": ("words",),
}
_EXPLAIN: Final = {"reason": ("breach_reason",), "words": ("breach_words",)}
#: The chain, by kind, in order.
CHAIN: Final[Mapping[str, tuple[Step, ...]]] = {
    "fault": (
        Step("accept", "registered", {}),
        Step("diagnose", "accepted", {}),
        Step(
            "locate",
            "diagnosing",
            {
                "cause_code": ("cause_code",),
                "location": ("location", "record.location", "record.scope", "result"),
                "evidence": ("evidence", "how_verified"),
            },
        ),
        Step(
            "plan",
            "located",
            {"plan": ("@remedy",), "remedy": ("remedy",), "interrupts": ("=no",), "backout": ("@remedy",)},
        ),
        Step("approve", "planned", {"how": ("=policy",)}),
        Step("execute", "approved", {}),
        Step("restore", "executing", {"restored_at": ("@now",), "how_verified": ("how_verified",)}),
        Step(
            "feed_back",
            "restored",
            {
                "result": ("result",),
                "cause": ("cause", "cause_code"),
                "prevention": ("prevention",),
                "channel": _CHANNEL,
            },
        ),
        Step("explain_breach", "feedback_given", _EXPLAIN, lambda facts: bool(breaches.to_explain(facts))),
        Step("confirm", "feedback_given", _CONFIRM),
    ),
    "request": (
        Step("accept", "registered", {}),
        Step("start", "accepted", {}),
        Step("answer", "working", {"answer": ("result",), "channel": _CHANNEL}),
        Step("explain_breach", "answered", _EXPLAIN, lambda facts: bool(breaches.to_explain(facts))),
        Step("confirm", "answered", _CONFIRM),
    ),
}


def refused(kind: str, facts: Facts, inputs: Inputs | None) -> tuple[Reason, ...]:
    """Return why a ticket cannot be solved the short way: its grade and state, then the form's answers if given."""
    reasons = tuple(_unfit(kind, facts))
    if reasons or inputs is None:
        return reasons
    missing = [*input_reasons(FIELDS[kind], inputs, facts), *_unexplained(facts, inputs)]
    return tuple(missing or _unfit_remedy(kind, facts, inputs))


def _unexplained(facts: Facts, inputs: Inputs) -> list[Reason]:
    asked = BREACH if breaches.to_explain(facts) else ()
    return [missing_input(field) for field in asked if not inputs.get(field.name)]


def fields_for(kind: str, facts: Facts) -> tuple[Field, ...]:
    """Return what the form asks for a ticket: why it is late only where it is, and where somebody wants to know."""
    late = bool(breaches.to_explain(facts))
    return tuple(field for field in FIELDS[kind] if late or field not in BREACH)


def _unfit(kind: str, facts: Facts) -> list[Reason]:
    state, grade = facts.record["state"], facts.record["grade"]
    reasons = []
    if state not in [step.source for step in CHAIN[kind]]:
        reasons.append(Reason("solve_state"))
    if grade not in GRADES:
        reasons.append(Reason("solve_grade", {"grade": grade}))
    return reasons


def _unfit_remedy(kind: str, facts: Facts, inputs: Inputs) -> list[Reason]:
    if kind != "fault":
        return []
    entry = facts.policy.preapproved[inputs["remedy"]]
    fits = entry.no_interruption and entry.domain in ("*", facts.record.get("domain"))
    return [] if fits else [Reason("solve_remedy", {"remedy": entry.code})]


def steps_from(kind: str, state: str) -> tuple[Step, ...]:
    """Return the rest of the chain for a ticket in this state, nothing where the chain does not pass it."""
    chain = CHAIN[kind]
    start = next((index for index, step in enumerate(chain) if step.source == state), len(chain))
    return chain[start:]


def inputs_of(step: Step, facts: Facts, inputs: Inputs) -> dict[str, Any]:
    """Return the inputs of a step, from the form, the record and the policy."""
    found = {name: _first(sources, facts, inputs) for name, sources in step.inputs.items()}
    return {name: value for name, value in found.items() if value not in (None, "")}


def _first(sources: tuple[str, ...], facts: Facts, inputs: Inputs) -> Any:
    values = (_value(source, facts, inputs) for source in sources)
    return next((value for value in values if value not in (None, "")), None)


def _value(source: str, facts: Facts, inputs: Inputs) -> Any:
    if source == "@now":
        return facts.now
    if source == "@remedy":
        return facts.policy.preapproved[inputs["remedy"]].text.text(facts.record.get("language") or "en")
    if source.startswith("="):
        return source[1:]
    column = source.removeprefix("record.")
    return facts.record.get(column) if column != source else inputs.get(source)
