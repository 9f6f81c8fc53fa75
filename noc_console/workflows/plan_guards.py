"""Gates of the plan: located first, approved by the right person, carried out as approved and at the right time.

R28, R31 to R34. Guards only answer; they must not change anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from noc_console.workflows.fields import Field, Inputs
from noc_console.workflows.machine import DEPENDS_ON_INPUT, DependsOnInput, Facts, Guard, Reason
from noc_console.workflows.policy_values import APPROVERS
from noc_console.workflows.ticket_guards import by_handler, by_service, may, missing_input, on_facts, on_inputs, related
from noc_console.workflows.ticket_inputs import CHECKER, GIVEN_AT, GIVEN_BY, NUMBER, REMEDY, WAY_BACK
from noc_console.workflows.tree import SITE

if TYPE_CHECKING:
    from noc_console.workflows.policy import Policy
    from noc_console.workflows.policy_values import Preapproved

#: Grades whose plans may start on a spoken approval (R31).
VOICE_GRADES = frozenset({"P1", "P2"})


def run_finished(*given: Field) -> Guard:
    """Refuse a named run that is not this ticket's, of this round, finished and with a cause.

    Where it is, the desk has filled in the inputs that it gives.
    """

    def judge(facts: Facts, inputs: Inputs) -> Reason | None:
        wanted = inputs.get("from_run")
        if not wanted:
            return None
        run = next((row for row in related(facts, "runs") if row["ref"] == wanted.upper()), None)
        if run is None or run["round"] != (facts.record.get("round") or 1) or run["domain"] == SITE:
            return Reason("run_unknown", {"value": wanted})
        about = {"ref": run["ref"], "place": f"{run['here']}.{run['step']}"}
        match run["state"]:
            case "running":
                return Reason("run_goes_on", about)
            case "not_located":
                return Reason("run_found_nothing", about)
            case "stopped":
                return Reason("run_given_up", about)
        return next((missing_input(field) for field in given if not inputs.get(field.name)), None)

    return on_inputs(judge)


@on_inputs
def located_by_run(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require that a diagnosis which was begun has found the cause, or the reason why it is not needed (R5).

    A named run was judged by ``run_finished``.
    """
    runs = _runs(facts)
    if not runs or inputs.get("free_reason"):
        return None
    wanted = (inputs.get("from_run") or "").upper()
    found = [row for row in runs if row["state"] == "located" and row["ref"] == (wanted or row["ref"])]
    if not found:
        return None if wanted else Reason("run_unfinished", {"ref": runs[-1]["ref"]})
    same = any(row["cause_code"] == inputs.get("cause_code") for row in found)
    return None if same else Reason("run_other_cause", {"ref": found[-1]["ref"], "cause": found[-1]["cause_code"]})


def _runs(facts: Facts) -> list[Mapping[str, Any]]:
    """Return the diagnoses of this round that look for a cause and were not given up."""
    counted = [row for row in related(facts, "runs") if row["state"] != "stopped" and row["domain"] != SITE]
    return [row for row in counted if row["round"] == (facts.record.get("round") or 1)]


@on_inputs
def located_or_restore_first(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a located fault or the explicit decision to restore first (R28)."""
    founded = facts.record.get("located_at") or inputs.get("restore_first")
    return None if founded else Reason("plan_needs_location")


@on_inputs
def experts_heard(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a plan beside experts who are met on the ticket (R30), unless the service is to be restored first."""
    met = next((row for row in related(facts, "consults") if row["state"] == "gathered"), None)
    return Reason("consult_going_on", {"ref": met["ref"]}) if met and not inputs.get("restore_first") else None


def remedy_domain_fits(entry: Preapproved, domain: str | None) -> bool:
    """Tell whether a pre-approved class is one for the domain of a ticket."""
    return entry.domain in ("*", domain)


@on_inputs
def remedy_fits(facts: Facts, inputs: Inputs) -> Reason | None:
    """Refuse a plan that claims a pre-approved class which it is not of: approving it would only fail later (R31)."""
    entry = facts.policy.preapproved.get(inputs.get("remedy") or "")
    if entry is None:
        return None
    about = {"field": REMEDY.name, "remedy": entry.code}
    if not remedy_domain_fits(entry, facts.record.get("domain")):
        return Reason("remedy_other_domain", {**about, "domain": entry.domain})
    interrupts = entry.no_interruption and inputs.get("interrupts") != "no"
    return Reason("remedy_interrupts", about) if interrupts else None


# --- Approval (R31) ------------------------------------------------------------------------------------------


def approver_roles(facts: Facts) -> frozenset[str]:
    """Return the roles that may approve this plan, by its size."""
    record = facts.record
    return facts.policy.approver_roles(record["grade"], record.get("users_affected"), record.get("interrupts") or "yes")


def refused_approver(facts: Facts, name: str, roles: Iterable[str], *, planner: str | None = None) -> Reason | None:
    """Return why somebody may not approve a plan of this size: their own (``planner``, or the present one), or low."""
    if name == (planner or facts.record.get("plan_by")):
        return Reason("approver_is_planner", {"name": name})
    needed = approver_roles(facts)
    if needed.isdisjoint(roles):
        return Reason("approver_too_low", {"name": name, "roles": tuple(sorted(needed, key=APPROVERS.index))})
    return None


def _refused_class(facts: Facts) -> Reason | None:
    code = facts.record.get("plan_remedy")
    entry = facts.policy.preapproved.get(code) if code else None
    if entry is None or not remedy_domain_fits(entry, facts.record.get("domain")):
        return Reason("remedy_not_preapproved")
    interrupts = entry.no_interruption and facts.record.get("interrupts") != "no"
    return Reason("remedy_interrupts", {"remedy": code}) if interrupts else None


def _voice_allowed(facts: Facts) -> bool:
    on_site = any(visit["arrived_at"] and not visit["left_at"] for visit in related(facts, "visits"))
    return bool(facts.record.get("urgent") or facts.record["grade"] in VOICE_GRADES or on_site)


def approval_given(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Judge an approval: here by the actor, by a pre-approved class, or by voice and recorded by who carries it out."""
    here = refused_approver(facts, facts.actor.name, facts.actor.roles)
    stranger = by_handler(facts, None)
    if inputs is None:
        other_way = stranger is None and (_refused_class(facts) is None or _voice_allowed(facts))
        return DEPENDS_ON_INPUT if here is None or other_way else here
    if inputs["how"] == "here":
        return here
    if stranger is not None:
        return stranger
    return _refused_class(facts) if inputs["how"] == "policy" else _refused_voice(facts, inputs)


def _refused_voice(facts: Facts, inputs: Inputs) -> Reason | None:
    if not _voice_allowed(facts):
        return Reason("voice_not_allowed")
    for field in (GIVEN_BY, GIVEN_AT, NUMBER):
        if not inputs.get(field.name):
            return missing_input(field)
    name = inputs["given_by"]
    if name == facts.actor.name:
        return Reason("voice_is_own", {"name": name})
    person = next(iter(related(facts, "person:given_by")), None)
    if person is None or person.get("state", "current") != "current":
        return Reason("person_unknown", {"name": name})
    return refused_approver(facts, name, person["roles"])


@on_facts
def rejects_as_approver(facts: Facts) -> Reason | None:
    """Let those reject a plan who could approve it."""
    return refused_approver(facts, facts.actor.name, facts.actor.roles)


# --- Carrying out (R31 to R34) -------------------------------------------------------------------------------


@on_facts
def plan_as_approved(facts: Facts) -> Reason | None:
    """Require that the plan has not changed since its approval."""
    version = facts.record.get("plan_version") or 0
    same = version and version == facts.record.get("approved_version")
    return None if same else Reason("plan_not_approved", {"version": version})


@on_facts
def approval_still_fits(facts: Facts) -> Reason | None:
    """Require an approval that is still enough: what was corrected since may have made the plan a greater one."""
    record = facts.record
    if record.get("approved_how") == "policy":
        return _refused_class(facts)
    name = record.get("approved_by")
    row = next((row for row in related(facts, "givers") if row["name"] == name), None)
    return refused_approver(facts, row["name"], row["roles"]) if row is not None else None


@on_facts
def change_in_progress(facts: Facts) -> Reason | None:
    """Require that a linked change has been started."""
    waiting = [row for row in related(facts, "changes") if row["state"] != "in_progress" and row.get("open", True)]
    return Reason("change_not_started", {"ref": waiting[0]["ref"]}) if waiting else None


def _interrupts(facts: Facts) -> bool:
    return facts.record.get("interrupts") in ("yes", "part")


@on_inputs
def two_people(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require a checker beside the executor where the plan interrupts (R32)."""
    if not _interrupts(facts):
        return None
    if not inputs.get("checker"):
        return missing_input(CHECKER)
    executor = inputs.get("executor") or facts.actor.name
    return Reason("checker_is_executor", {"name": executor}) if inputs["checker"] == executor else None


def noticed_and_off_peak(facts: Facts, inputs: Inputs | None) -> Reason | DependsOnInput | None:
    """Require the customer's notice (R33) and an off-peak hour (R34) of what interrupts, or an override."""
    reason = _untimely(facts)
    if reason is None:
        return None
    if not may(facts, "ticket.lead"):
        return reason
    if inputs is None:
        return DEPENDS_ON_INPUT
    return None if inputs.get("override_reason") else reason


def _untimely(facts: Facts) -> Reason | None:
    if not _interrupts(facts):
        return None
    noticed = facts.record.get("noticed_at")
    if not noticed:
        return Reason("notice_missing")
    if (facts.at - noticed).total_seconds() < facts.policy.notice_before_s:
        return Reason("notice_too_late", {"minutes": facts.policy.notice_before_s // 60})
    if any(row["state"] == "in_progress" for row in related(facts, "changes")):
        return None
    freeze = next((freeze for freeze in facts.policy.freezes if freeze.start <= facts.at < freeze.end), None)
    if freeze is not None:
        return Reason("frozen", {"name": freeze.name, "until": freeze.end})
    off_peak = is_off_peak(facts.policy, facts.record.get("domain"), facts.at)
    return None if off_peak else Reason("not_off_peak", {"domain": facts.record.get("domain") or "-"})


def is_off_peak(policy: Policy, domain: str | None, at: datetime) -> bool:
    """Tell whether an instant lies in the hours of work of a domain (R34); never for an unknown domain."""
    from zoneinfo import ZoneInfo

    local = at.astimezone(ZoneInfo(policy.off_peak_zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in policy.off_peak.get(domain or "", ()))


@on_inputs
def way_back_told(facts: Facts, inputs: Inputs) -> Reason | None:
    """Require what became of the way back when an act is given up half-way."""
    told = facts.record["state"] != "executing" or inputs["outcome"] == "backed_out" or inputs.get("way_back")
    return None if told else missing_input(WAY_BACK)


@on_facts
def no_act_of_ours(facts: Facts) -> Reason | None:
    """Refuse to call it cleared by itself after an act of ours in this round."""
    acted = facts.record.get("executed_at") and not by_service(facts)
    return Reason("act_of_ours") if acted else None
