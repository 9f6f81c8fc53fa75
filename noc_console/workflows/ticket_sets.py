"""What the two machines of tickets have in common beside events: sets of states, side states, clock effects.

Data only; it must not know any event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows import effect_kit as kit
from noc_console.workflows import ticket_guards as guards
from noc_console.workflows.fields import Field, Inputs
from noc_console.workflows.machine import ClockEffect, Event, Facts, Op, State

REGISTERED: Final = "registered"
WAITING: Final = ("waiting_customer", "waiting_third_party")
FINAL: Final = ("archived", "merged", "cancelled", "rejected")
WORK: Final = "ticket.work"
LEAD: Final = "ticket.lead"


@dataclass(frozen=True, slots=True)
class TicketSets:
    """The sets of states that shared events come from; ``kind`` is the machine, ``told`` where confirm starts."""

    kind: str
    working: tuple[str, ...]
    after_work: tuple[str, ...]
    told: str
    #: answer of ``dissatisfied`` -> state
    rework: Mapping[str, str]
    #: what R21 asks of this kind of ticket
    wanted: tuple[str, ...]
    #: fields that somebody who can be asked must give
    asked: tuple[Field, ...]

    @property
    def owned(self) -> tuple[str, ...]:
        """Return the open states in which a ticket may have an owner."""
        return (*self.working, *WAITING, *self.after_work)

    @property
    def open(self) -> tuple[str, ...]:
        """Return all open states."""
        return (REGISTERED, *self.owned)

    @property
    def not_final(self) -> tuple[str, ...]:
        """Return all states that something may still be added in."""
        return (*self.open, "closed")

    @property
    def before_end(self) -> tuple[str, ...]:
        """Return the states in which a ticket can still be merged or withdrawn."""
        return (REGISTERED, *self.working, *WAITING)


def ticket_event(event: Event) -> Event:
    """Return the event with the instant of the last event among its effects (R43)."""
    return replace(event, effects=(*event.effects, kit.touch))


# --- Clocks --------------------------------------------------------------------------------------------------


def contacted(facts: Facts, inputs: Inputs) -> bool:
    """Tell whether a person has reached the customer, or there is none."""
    return bool(inputs.get("contacted")) or not guards.has_customer(facts)


def by_person(facts: Facts, inputs: Inputs) -> bool:
    """Tell a person's contact from an automatic reply, which answers nothing (c.2)."""
    return facts.via not in ("timer", "mail", "alarm", "system")


def with_customer(facts: Facts, inputs: Inputs) -> bool:
    """Tell whether the ticket being registered has somebody who is owed news."""
    by_network = inputs.get("channel") == "monitoring" and not inputs.get("requester_type")
    return not by_network and inputs.get("requester_type") != "monitoring"


def contract_named(facts: Facts, inputs: Inputs) -> bool:
    """Tell whether the contract becomes known, whose limits hold from then on."""
    return bool(inputs.get("contract"))


def waits_for_customer(facts: Facts, inputs: Inputs) -> bool:
    """Tell whether the ticket waits for its customer now; a machine's word is not what it waits for."""
    return facts.record.get("state") == "waiting_customer" and facts.via != "alarm"


def wait_is_over(facts: Facts, inputs: Inputs) -> bool:
    """Tell whether the time agreed with the customer has come."""
    return inputs.get("what") == "wait" and waits_for_customer(facts, inputs)


CONTACT_CLOCKS: Final = (
    ClockEffect("stop", "response", when=by_person),
    ClockEffect("keep", "news"),
)
ALL_STOP: Final = tuple(ClockEffect("stop", name) for name in ("response", "restore", "news", "third_party"))
NEXT_ROUND: Final = (ClockEffect("next_round", "restore"), ClockEffect("promise", "news"))


# --- States --------------------------------------------------------------------------------------------------


def side_states() -> tuple[State, ...]:
    """Return the states that both machines have beside their own work."""
    return (
        State("waiting_customer", N_("waiting for customer"), "~", "waiting", holds=True),
        State("waiting_third_party", N_("waiting for third party"), "~", "waiting", holds=True),
        State("closed", N_("closed"), "=", "closed"),
        State("archived", N_("archived"), "#", "closed", final=True),
        State("merged", N_("merged"), ">", "closed", final=True),
        State("cancelled", N_("cancelled"), "x", "closed", final=True),
        State("rejected", N_("rejected"), "x", "closed", final=True),
    )


def clockwork(
    facts: Facts, inputs: Inputs, values: Mapping[str, Any], clock_effects: tuple[ClockEffect, ...]
) -> Iterable[Op]:
    """Turn clock effects into rows; imported with the first act, because lists of events need no clocks."""
    from noc_console.workflows import ticket_clocks

    return ticket_clocks.clockwork(facts, inputs, values, clock_effects)
