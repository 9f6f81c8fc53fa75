"""The one-state machine of registers: engineers, customers, policy versions, checklists, named views.

``put`` makes a row or changes what is given of it, ``retire`` ends it; nothing is deleted, because old records name it.
A person may come back: ``put`` takes an engineer out of retirement under the same name, with roles given anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from noc_console.i18n import N_
from noc_console.workflows.effect_kit import has
from noc_console.workflows.fields import Field, Inputs, Kind
from noc_console.workflows.machine import NEW, Cause, Effect, Event, Facts, Guard, Op, Put, Reason, Ref, State, Workflow
from noc_console.workflows.policy_values import ROLES
from noc_console.workflows.ticket_guards import SERVICES, may, on_facts, on_inputs, refs_of, related

_CURRENT: Final = "current"
_RETIRED: Final = "retired"
_STATES: Final = (
    State(_CURRENT, N_("current"), "+", "done"),
    State(_RETIRED, N_("retired"), "x", "closed", final=True),
)


def _register(
    name: str,
    fields: tuple[Field, ...],
    *,
    guards: tuple[Guard, ...] = (),
    retire_guards: tuple[Guard, ...] = (),
    effects: tuple[Effect, ...] = (),
    returns: bool = False,
) -> Workflow:
    """Build the machine of one register; the right to it is ``<name>.put``. What ``returns`` may be put again."""
    right = f"{name}.put"
    current, retired = _STATES
    return Workflow(
        name=name,
        table=name,
        initial=_CURRENT,
        states=(current, replace(retired, final=not returns)),
        endless=returns,
        events=(
            Event(
                "put", (NEW, _CURRENT, *((_RETIRED,) if returns else ())), _CURRENT, N_("Put"), "e",
                N_("Add it, or change what is given"), inputs=fields, right=right, guards=guards,
                effects=(_put(fields), *effects),
            ),
            Event(
                "retire", (_CURRENT,), _RETIRED, N_("Retire"), "R", N_("It stays on record, but is no longer offered"),
                inputs=(Field("why", Kind.PROSE, N_("Why"), pii=True),), right=right, guards=retire_guards,
            ),
        ),
    )  # fmt: skip


def _put(fields: tuple[Field, ...]) -> Effect:
    def effect(facts: Facts, inputs: Inputs) -> Iterator[Op]:
        given = [field for field in fields if has(inputs, field.name)]
        yield Put({field.name: Ref(field.name) if field.pii else inputs[field.name] for field in given})

    return effect


def _needed_for_new(*fields: Field) -> tuple[Guard, ...]:
    def guard_for(field: Field) -> Guard:
        def judge(facts: Facts, inputs: Inputs) -> Reason | None:
            bare = not _is_current(facts) and not has(inputs, field.name)
            return Reason("input_missing", {"field": field.name, "field_label": field.label}) if bare else None

        return on_inputs(judge)

    return tuple(guard_for(field) for field in fields)


def _is_current(facts: Facts) -> bool:
    return bool(facts.record) and facts.record.get("state", _CURRENT) == _CURRENT


# --- Engineers -----------------------------------------------------------------------------------------------

_ENGINEER: Final = (
    Field("name", Kind.TEXT, N_("Name"), N_("As the system knows them"), max_length=100),
    Field("display", Kind.TEXT, N_("Shown as"), pii=True, max_length=100),
    Field("roles", Kind.CHOICE, N_("Roles"), choices=ROLES, many=True),
    Field("skills", Kind.TEXT, N_("Skills"), N_("Domains, levels, devices"), many=True, max_length=60),
    Field("phone", Kind.TEXT, N_("Phone"), pii=True, max_length=60),
    Field("email", Kind.TEXT, N_("Mail"), pii=True, max_length=320),
)


@on_inputs
def _name_stays(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a new name for a person: acts are signed with it."""
    old = facts.record.get("name")
    return Reason("name_stays", {"name": old}) if old and inputs.get("name") not in (None, old) else None


@on_inputs
def _name_of_a_person(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse the names of rules and timers, whom rules about persons do not bind, and those that address a role."""
    name = str(inputs.get("name") or "")
    taken = name.casefold() in SERVICES or ":" in name or name != name.strip()
    return Reason("name_taken", {"name": name}) if taken else None


@on_facts
def _not_oneself(facts: Facts) -> Reason | None:
    """Refuse to retire oneself, so that an admin always remains."""
    return Reason("retires_self") if facts.record.get("name") == facts.actor.name else None


@on_inputs
def _stays_admin(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse to take the admin's role from oneself."""
    own = facts.record.get("name") == facts.actor.name and has(inputs, "roles")
    return Reason("keeps_admin") if own and "admin" not in inputs["roles"] else None


@on_facts
def _not_last_admin(facts: Facts) -> Reason | None:
    """Refuse to retire the only admin."""
    return _last_admin(facts)


@on_inputs
def _admin_remains(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse to take the role of admin from the only one who has it."""
    taken = has(inputs, "roles") and "admin" not in inputs["roles"]
    return _last_admin(facts) if taken and _is_current(facts) else None


def _last_admin(facts: Facts) -> Reason | None:
    alone = "admin" in facts.record.get("roles", ()) and not related(facts, "other_admins")
    return Reason("last_admin", {"name": facts.record["name"]}) if alone else None


@on_facts
def _owns_nothing(facts: Facts) -> Reason | None:
    """Refuse to retire somebody who owns open tickets (R51)."""
    waiting = _waiting(facts, "owned")
    return Reason("owns_tickets", waiting) if waiting else None


@on_facts
def _offered_nothing(facts: Facts) -> Reason | None:
    """Refuse to retire somebody to whom tickets are offered."""
    waiting = _waiting(facts, "offered")
    return Reason("offered_tickets", waiting) if waiting else None


@on_facts
def _ratified_everything(facts: Facts) -> Reason | None:
    """Refuse to retire somebody whose spoken approvals wait to be ratified (R31)."""
    waiting = _waiting(facts, "spoken")
    return Reason("voices_to_ratify", waiting) if waiting else None


def _waiting(facts: Facts, name: str) -> dict[str, Any]:
    rows = related(facts, name)
    return {"name": facts.record["name"], "refs": refs_of(rows), "count": len(rows)} if rows else {}


ENGINEER: Final = _register(
    "engineer",
    _ENGINEER,
    guards=(*_needed_for_new(_ENGINEER[0], _ENGINEER[2]), _name_stays, _name_of_a_person, _stays_admin, _admin_remains),
    retire_guards=(_not_oneself, _not_last_admin, _owns_nothing, _offered_nothing, _ratified_everything),
    returns=True,
)

# --- Customers -----------------------------------------------------------------------------------------------

_CUSTOMER: Final = (
    Field("name", Kind.TEXT, N_("Name"), pii=True, max_length=200),
    Field("type", Kind.CHOICE, N_("Type"), choices=("enterprise", "individual", "partner", "internal")),
    Field("organisation", Kind.TEXT, N_("Organisation"), pii=True, max_length=200),
    Field("address", Kind.TEXT, N_("Mail"), pii=True, max_length=320),
    Field("phone", Kind.TEXT, N_("Phone"), pii=True, max_length=60),
    Field("contract", Kind.TEXT, N_("Contract"), pii=True, max_length=100),
    Field("contract_class", Kind.CHOICE, N_("Contract class"), options_from="contract_classes"),
    Field("language", Kind.CHOICE, N_("Language"), choices=("zh", "en")),
)
CUSTOMER: Final = _register("customer", _CUSTOMER, guards=_needed_for_new(_CUSTOMER[0]))

# --- Policy --------------------------------------------------------------------------------------------------

_POLICY: Final = (
    Field("version", Kind.NUMBER, N_("Version"), minimum=1),
    Field("body", Kind.PROSE, N_("Policy"), N_("Whole, as JSON"), pii=True, max_length=2_000_000),
)


@on_facts
def _imported_once(facts: Facts) -> Reason | None:
    """Refuse to change a version: tickets were judged by it."""
    return Reason("policy_fixed", {"version": facts.record["version"]}) if facts.record else None


def _succeed(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Retire the version that was in force."""
    yield Put({"at": facts.at})
    for row in related(facts, "current"):
        yield Cause("policy", row["id"], "retire")


POLICY: Final = _register("policy", _POLICY, guards=(_imported_once, *_needed_for_new(*_POLICY)), effects=(_succeed,))

# --- Checklists ----------------------------------------------------------------------------------------------

_CHECKLIST: Final = (
    Field("kind", Kind.CHOICE, N_("Kind"), choices=("tree", "thresholds", "alarms", "roles", "messages")),
    Field("name", Kind.TEXT, N_("Name"), N_("Of the tree, or the folder of a catalogue"), max_length=60),
    Field("domain", Kind.TEXT, N_("Domain"), max_length=40),
    Field("source", Kind.CHOICE, N_("Source"), choices=("shipped", "local")),
    Field("body", Kind.PROSE, N_("Checklist"), N_("Whole, as its file says it"), pii=True, max_length=600_000),
)


@on_facts
def _in_force_once(facts: Facts) -> Reason | None:
    """Refuse to change a checklist: its id is the hash of its text, and runs were judged by it."""
    return Reason("checklist_fixed", {"name": facts.record["name"]}) if _is_current(facts) else None


def _replace(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    """Retire what was in force under this name from the same source; runs keep what they began with."""
    yield Put({"at": facts.at})
    for row in related(facts, "current"):
        yield Cause("checklist", row["id"], "retire")


CHECKLIST: Final = _register(
    "checklist", _CHECKLIST, guards=(_in_force_once, *_needed_for_new(*_CHECKLIST)), effects=(_replace,), returns=True
)

# --- Views ---------------------------------------------------------------------------------------------------

_VIEW: Final = (
    Field("name", Kind.TEXT, N_("Name"), max_length=60),
    Field("filter", Kind.TEXT, N_("Filter"), pii=True, max_length=1_000),
    Field("sort", Kind.TEXT, N_("Order"), max_length=60),
    Field("shared", Kind.YESNO, N_("Shared")),
)


@on_facts
def _own_view(facts: Facts) -> Reason | None:
    """Let its owner or an admin change a view."""
    owner = facts.record.get("owner")
    return (
        None
        if owner in (None, facts.actor.name) or may(facts, "store.admin")
        else Reason("view_of_other", {"owner": owner})
    )


def _owned(facts: Facts, inputs: Inputs) -> Iterator[Op]:
    owner: Mapping[str, Any] = {} if facts.record else {"owner": facts.actor.name}
    yield Put(owner)


VIEW: Final = _register(
    "view",
    _VIEW,
    guards=(_own_view, *_needed_for_new(_VIEW[0])),
    retire_guards=(_own_view,),
    effects=(_owned,),
)
