"""Every event of both machines: once as it is allowed, and once for each of its gates as it is refused.

One table for all faces: what is typed is text, as an option or a form takes it. ``test_cases.py`` fails where a gate of
a machine has no case here, or where the case is refused by another gate than it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from noc_console.desk import diagnosis
from noc_console.desk.policy import import_file
from noc_console.workflows.catalogue import workflow
from noc_console.workflows.fields import Field
from noc_console.workflows.machine import Guard
from tests.end_to_end.stage import ADMIN, NIGHT, POLICY, REGISTER, UNKNOWN, Stage

Texts = Mapping[str, str]
KINDS = ("fault", "request")


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody wishes for an event after ``set`` made the stage; refused by ``guard`` with ``code``, or accepted."""

    kind: str
    event: str
    set: Callable[[Stage], object]
    by: str
    texts: Texts
    guard: str = ""
    code: str = ""

    @property
    def id(self) -> str:
        """Return the name of the case in a report."""
        return "-".join(part for part in (self.kind, self.event, self.guard, self.code) if part)


def guard_name(guard: Guard) -> str:
    """Return what a gate is called: its function, with the field or code that it was made for."""
    made: Any = guard
    if made.__qualname__.startswith(("on_facts.", "on_inputs.")):
        made = made.__closure__[0].cell_contents
    values = [cell.cell_contents for cell in made.__closure__ or ()]
    names = [value.name if isinstance(value, Field) else value for value in values]
    about = [name for name in names if isinstance(name, str)]
    return made.__qualname__.partition(".<locals>.")[0] + (f"({', '.join(about)})" if about else "")


# --- As it is allowed ----------------------------------------------------------------------------------------


def told(stage: Stage) -> Stage:
    """Bring the ticket to where the requester is asked whether it works."""
    return stage.to("feedback_given" if stage.kind == "fault" else "answered")


def tried(stage: Stage) -> Stage:
    """Try to reach the requester as often as the policy asks, on two days and once in writing."""
    told(stage)
    for hours in (1, 4, 20):
        stage.later(hours=hours).do("attempt", channel="phone")
    stage.do("attempt", channel="sms", text="Please call us")
    return stage.sends()


def told_child(stage: Stage, **texts: str) -> Stage:
    """Have a mass fault come clear and be told, and with it its child; requests have no such parent (see ``hang``)."""
    stage.other()
    if "it" not in stage.refs:
        stage.register(**texts)
    if stage.kind == "request" or stage.row()["state"] != "registered":
        return hang(told(stage)).damage(cleared_how="parent")
    stage.do("accept", of="other")
    hang(stage).do("come_clear", of="other", **CLEAR)
    stage.do("feed_back", of="other", cause_code="X-NFF", **FEEDBACK)
    return stage


def silent_child(stage: Stage, **texts: str) -> Stage:
    """Make the ticket a child of a mass fault whose customer was told a day ago."""
    return told_child(stage, **texts).sends().later(hours=25)


def hang(stage: Stage, child: str = "it", parent: str = "other") -> Stage:
    """Hang a ticket on another; requests do not hang on anything, unless an older release or a wrong merge says so."""
    if stage.kind == "fault":
        stage.do("link", of=child, type="parent", other=f"{{{parent}}}")
        return stage
    return stage.damage(child, parent=stage.row(parent)["id"])


def by_voice(stage: Stage) -> Stage:
    """Have a lead approve the plan of an important fault by voice."""
    stage.to("planned", grade="P2")
    stage.do("approve", how="voice", given_by="zhao", given_at="-5m", number="+86 10 5550 0101")
    return stage


def spoken_by_head(stage: Stage) -> Stage:
    """Have a lead who owns the ticket record that their head approved a colleague's plan by voice."""
    stage.to("planned", grade="P2").do("take_over", "zhao")
    stage.do("approve", "zhao", **{**VOICE, "given_by": "head"})
    return stage


def planned_by_lead(stage: Stage) -> Stage:
    """Have a lead plan, and an engineer record that their head approved it by voice."""
    stage.to("located", grade="P2").do("take_over", "zhao")
    stage.do("plan", "zhao", **PLAN)
    stage.do("hand_over", "zhao", to="li")
    stage.do("take_over", "li")
    stage.do("approve", "li", **{**VOICE, "given_by": "head"})
    return stage


def late(stage: Stage) -> Stage:
    """Let the answer to a ticket of some weight be late."""
    return stage.register(grade="P2").later(minutes=20)


def interrupting(stage: Stage) -> Stage:
    """Have a plan approved that interrupts the customer."""
    stage.to("located").do("plan", plan="Cut over", interrupts="part", backout="Cut back")
    stage.do("approve", "zhao")
    return stage


def noticed(stage: Stage) -> Stage:
    """Tell the customer before an interruption, at night."""
    interrupting(stage).set_time(NIGHT)
    stage.do("notice", who="Ms Wu", channel="phone", consent="yes")
    return stage


def mother(stage: Stage, state: str = "accepted") -> Stage:
    """Give the ticket an open child."""
    return hang(stage.other().to(state), "other", "it")


def experts_met(stage: Stage) -> Stage:
    """Have experts meet on a located fault."""
    stage.to("located").consult("call", reason="other", chair="zhao", facts_known="No light")
    return stage.consult("join", "zhao").consult("gather")


def reported(stage: Stage) -> Stage:
    """Have the ticket reported upward."""
    stage.to("accepted").do("escalate", management="lead", why="-", report="first")
    return stage


def reported_to_the_end(stage: Stage) -> Stage:
    """Have the last report given."""
    reported(stage).do("escalate", management="lead", why="-", report="final")
    return stage


def waiting(stage: Stage) -> Stage:
    """Have the ticket wait for its customer."""
    return stage.to("waiting_customer")


def with_other(stage: Stage) -> Stage:
    """Have another ticket of the same requester beside it."""
    return stage.to("accepted").other()


def to(state: str, **texts: str) -> Callable[[Stage], Stage]:
    """Return what brings the ticket to a state."""
    return lambda stage: stage.to(state, **texts)


WAIT = {"reason": "no_access", "who_agreed": "Ms Wu", "until": "+8h"}
OUTSIDE = {"reason": "carrier", "until": "+8h"}
PLAN = {"plan": "Splice the drop", "interrupts": "no", "backout": "Nothing to undo"}
CONFIRM = {"who": "Ms Wu", "channel": "phone", "how_tested": "Browses"}
WITHDRAW = {"words": "It works again", "who": "Ms Wu", "channel": "phone"}
CLEAR = {"how": "by_itself", "cleared_at": "now", "how_verified": "Ping"}
LOCATE = {"cause_code": "AC-DROP-FIBRE", "location": "Box 4", "evidence": "-31.2 dBm"}
FEEDBACK = {"result": "Spliced", "cause": "Broken drop", "prevention": "Fixed better"}
VOICE: dict[str, str] = {"how": "voice", "given_by": "zhao", "given_at": "-5m", "number": "+86 10 5550 0101"}
REVISE = {"outcome": "new_facts", "done": "Measured again", "why": "Another box"}

#: What the desk fills in for the command that somebody has chosen.
RUN = {"command": "ping", "arguments": "host=192.0.2.7", "line": "ping 192.0.2.7"}
#: Events that are not fired by a form: what is to be run is shown and confirmed first (``test_ticket_command.py``).
SHOWN_FIRST = frozenset({"run"})

#: event -> how to get there, who, what is typed
_SHARED: dict[str, tuple[Callable[[Stage], object], str, Texts]] = {
    "complete": (to("registered"), "li", {"users_affected": "12"}),
    "accept": (to("registered"), "li", {"contacted": "yes"}),
    "hand_over": (to("accepted"), "li", {"to": "wang", "why": "Shift ends"}),
    "take_over": (lambda s: s.to("accepted").do("hand_over", to="wang"), "wang", {}),
    "take": (to("accepted"), "li", {"hold_for": "4h"}),
    "release": (to("accepted"), "li", {"why": "Off to the site"}),
    "inform": (to("accepted"), "li", {"channel": "phone", "text": "We are at it", "next_news_at": "+2h"}),
    "attempt": (told, "li", {"channel": "phone"}),
    "wait_customer": (to("accepted"), "li", WAIT),
    "wait_third_party": (to("accepted"), "li", OUTSIDE),
    "resume": (waiting, "li", {}),
    "escalate": (to("accepted"), "li", {"management": "lead", "why": "Stuck"}),
    "regrade": (to("accepted"), "li", {"grade": "P3", "why": "More users"}),
    "explain_breach": (late, "li", {"reason": "hard_to_locate", "words": "Three boxes on the way"}),
    "visit": (to("accepted"), "li", {"dispatched_at": "now"}),
    "snooze": (to("accepted"), "li", {"until": "+2h"}),
    "ack": (to("accepted"), "li", {"until": "+2h"}),
    "note": (to("accepted"), "li", {"text": "The key is at the reception"}),
    "attach": (lambda s: s.to("accepted").file(), "li", {"file": "{folder}/trace.txt", "comment": "At the box"}),
    "run": (to("accepted", objects="host:192.0.2.7"), "li", RUN),
    "link": (with_other, "li", {"type": "caused_by", "other": "{other}"}),
    "mark_chronic": (to("accepted"), "li", {}),
    "mark_affected": (to("accepted"), "li", {"customer": "Sun & Co", "circuit": "HZ-JX-0042"}),
    "merge": (with_other, "li", {"into": "{other}"}),
    "cancel": (to("accepted"), "li", WITHDRAW),
    "reject": (to("registered"), "zhao", {"reason": "no_matter"}),
    "confirm": (told, "wang", CONFIRM),
    "close_unconfirmed": (tried, "zhao", {}),
    "close_informed": (silent_child, "li", {}),
    "dissatisfied": (told, "li", {"words": "Still down", "reason": "not_restored"}),
    "reopen": (to("closed"), "zhao", {"why": "Wrong ticket closed"}),
    "archive": (to("closed"), "zhao", {"why_none": "Nothing new in it"}),
}
_FAULT: dict[str, tuple[Callable[[Stage], object], str, Texts]] = {
    "register": (lambda s: s, "li", REGISTER["fault"]),
    "diagnose": (to("accepted"), "li", {}),
    "locate": (to("diagnosing"), "li", LOCATE),
    "plan": (to("located"), "li", PLAN),
    "approve": (to("planned"), "zhao", {"how": "here"}),
    "reject_plan": (to("planned"), "zhao", {"comment": "Which box?"}),
    "ratify": (by_voice, "zhao", {}),
    "revise": (to("located"), "li", REVISE),
    "notice": (to("planned"), "li", {"who": "Ms Wu", "channel": "phone", "consent": "yes"}),
    "execute": (to("approved"), "li", {}),
    "restore": (to("executing"), "li", {"restored_at": "now", "how_verified": "Test call"}),
    "come_clear": (to("accepted"), "li", CLEAR),
    "feed_back": (to("restored"), "li", FEEDBACK),
}
_REQUEST: dict[str, tuple[Callable[[Stage], object], str, Texts]] = {
    "register": (lambda s: s, "li", REGISTER["request"]),
    "start": (to("accepted"), "li", {}),
    "answer": (to("working"), "li", {"answer": "Like this"}),
}


def _accepted() -> Iterator[Case]:
    for kind, own in (("fault", _FAULT), ("request", _REQUEST)):
        for event, (set_, by, texts) in (own | _SHARED).items():
            yield Case(kind, event, set_, by, texts)


ACCEPTED: dict[tuple[str, str], Case] = {(case.kind, case.event): case for case in _accepted()}


# --- As each gate refuses it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class No:
    """How the allowed case is changed so that a gate refuses it; ``texts`` of None are left out."""

    guard: str
    code: str
    set: Callable[[Stage], object] | None = None
    by: str = ""
    texts: Mapping[str, str | None] | None = None
    kinds: tuple[str, ...] = KINDS


def _not_handler(by: str = "wang") -> No:
    return No("by_handler", "not_handler", by=by)


def _unknown_person(name: str) -> No:
    return No(f"known_person({name})", "person_unknown", texts={name: "nobody"})


def _spoken() -> No:
    return No("spoken_by_hand", "spoken_not_sent", texts={"channel": "phone", "sent": "by_us"})


def _passed(name: str) -> No:
    return No(f"in_future({name})", "instant_passed", texts={name: "-10m"})


def _missing(guard: str, name: str) -> No:
    return No(f"{guard}({name})", "input_missing", texts={name: None})


def _incomplete(stage: Stage, *, emergency: bool) -> Stage:
    """Register what lacks a field: by mail, or in an emergency."""
    lacking = {"fault": {"scope": None}, "request": {"contact": None}}[stage.kind]
    way = {"emergency": "yes", "grade": None} if emergency else {"channel": "email"}
    return stage.register(**lacking, **way)


def _begun_run(stage: Stage) -> Stage:
    """Begin a diagnosis that has found nothing yet."""
    stage.to("diagnosing")
    stage.refs["run"] = diagnosis.start(stage.desk("li"), stage.refs["it"], "AC-T1").ref
    return stage


def _no_commands(stage: Stage) -> Stage:
    """Have a policy in force that offers nothing for the ticket in the light."""
    ours = stage.folder / "ours.toml"
    elsewhere = "".join(f'[commands.{name}]\ndomains = ["wireless"]\n' for name in ("ping", "path"))
    ours.write_text(POLICY.replace("version = 2", "version = 3") + elsewhere, encoding="utf-8")
    import_file(stage.desk(ADMIN), str(ours))
    return stage.to("accepted", objects="host:192.0.2.7")


def _cleared_early(stage: Stage) -> Stage:
    """Register without a domain what then clears by itself and is told."""
    stage.register(channel="email", domain=None).to("accepted").do("come_clear", **CLEAR)
    stage.do("feed_back", **FEEDBACK, cause_code="X-NFF")
    return stage


def _alarm_taken(stage: Stage) -> Stage:
    """Register an alarm without customer, and accept it."""
    stage.register(channel="monitoring", requester_type="monitoring", contact=None)
    return stage.to("accepted")


def _alarm(stage: Stage) -> Stage:
    """Bring an alarm without customer to where it is confirmed, and let hardly any time pass."""
    stage.register(channel="monitoring", requester_type="monitoring", contact=None)
    return told(stage)


def _not_whole(ready: Callable[[Stage], Stage]) -> tuple[No, ...]:
    """Return what is refused of a closing without the customer's word because the record is not complete."""
    fault, request = ("fault",), ("request",)
    return (
        No("filled(cause_missing)", "cause_missing", lambda s: ready(s).damage(cause_code=None), kinds=fault),
        No("filled(feedback_missing)", "feedback_missing", lambda s: ready(s).damage(feedback_cause=None), kinds=fault),
        No(
            "filled(verification_missing)", "verification_missing", lambda s: ready(s).damage(how_verified=None),
            kinds=fault,
        ),
        No("filled(answer_missing)", "answer_missing", lambda s: ready(s).damage(answer=None), kinds=request),
        No("times_in_order", "times_out_of_order", lambda s: ready(s).damage(occurred_at=4_102_444_800_000)),
        No("follow_up_linked", "follow_up_missing", lambda s: ready(s).damage(temporary=True), kinds=fault),
        No("breaches_explained", "breach_unexplained", lambda s: ready(late(s))),
        No("voice_ratified", "not_ratified", lambda s: ready(by_voice(s)), kinds=fault),
        No(
            "children_informed", "children_not_informed",
            lambda s: ready(s).other("third").damage("third", parent=s.row()["id"]), kinds=fault,
        ),
    )  # fmt: skip


NOS: dict[str, tuple[No, ...]] = {
    "register": (
        No("asked_of_humans(symptom)", "input_missing", texts={"symptom": None}),
        No("asked_of_humans(contact)", "input_missing", texts={"contact": None}),
        No("asked_of_humans(occurred_at)", "input_missing", texts={"occurred_at": None}, kinds=("fault",)),
        No("asked_of_humans(scope)", "input_missing", texts={"scope": None}, kinds=("fault",)),
        No("monitoring_by_channel", "requester_is_person", texts={"requester_type": "monitoring"}),
        No("both_impact_and_urgency", "grade_half_given", texts={"grade": None, "impact": "high"}),
        No("emergency_is_grave", "emergency_graded_low", texts={"emergency": "yes"}),
        No("known_ticket(follows)", "ticket_unknown", texts={"follows": UNKNOWN}),
        No("known_ticket(parent)", "ticket_unknown", texts={"parent": UNKNOWN}),
        No(
            "parent_fits(parent)", "parent_closed",
            lambda s: s.other().do("reject", "zhao", of="other", reason="no_matter"), texts={"parent": "{other}"},
            kinds=("fault",),
        ),
        No(
            "parent_fits(parent)", "parent_nested", lambda s: s.other("top").nest(), texts={"parent": "{other}"},
            kinds=("fault",),
        ),
        No(
            "parent_fits(parent)", "parent_not_fault", lambda s: s.other(), texts={"parent": "{other}"},
            kinds=("request",),
        ),
    ),
    "complete": (
        No("something_given", "nothing_given", texts={"users_affected": None}),
        No("something_changed", "nothing_changed", texts={"users_affected": None, "requester": "Ms Wu"}),
        No("monitoring_by_channel", "requester_is_person", texts={"requester_type": "monitoring", "why": "No caller"}),
        No("corrected_with_reason(why)", "input_missing", texts={"symptom": "Something else"}),
        No(
            "requester_type_by_lead", "requester_type_fixed", texts={"requester_type": "internal", "why": "Ours"},
        ),
    ),
    "accept": (No("claim_not_too_long", "claim_too_long", texts={"hold_for": "15d"}),),
    "diagnose": (_not_handler(), No("by_handler", "no_owner", lambda s: s.to("accepted").do("release", why="-"))),
    "locate": (
        _not_handler(),
        No("nothing_missing", "fields_missing", lambda s: _incomplete(s, emergency=False).to("diagnosing")),
        No("cause_code_formed", "cause_code_unknown", texts={"cause_code": "AC-NONE"}),
        No("run_finished", "run_unknown", texts={"from_run": "HZ1-99"}),
        No("run_finished", "run_goes_on", _begun_run, texts={"from_run": "{run}", "cause_code": None}),
        No("located_by_run", "run_unfinished", _begun_run),
    ),
    "plan": (
        _not_handler(),
        No("run_finished", "run_unknown", texts={"from_run": "HZ1-99"}),
        No("located_or_restore_first", "plan_needs_location", to("diagnosing")),
        No("experts_heard", "consult_going_on", experts_met),
        No("remedy_fits", "remedy_other_domain", texts={"remedy": "session_clear"}),
        No("remedy_fits", "remedy_interrupts", texts={"remedy": "watch", "interrupts": "part"}),
    ),
    "approve": (
        No("approval_given", "approver_too_low", by="wang"),
        No("approval_given", "approver_too_low", by="chen"),
        No(
            "approval_given", "approver_is_planner",
            lambda s: s.to("located").do("take_over", "zhao") and s.do("plan", "zhao", **PLAN),
        ),
        No("approval_given", "not_handler", by="zhao", texts={"how": "policy"}),
        No(
            "approval_given", "remedy_not_preapproved",
            to("planned", grade="P2"), by="li", texts={"how": "policy"},
        ),
        No(
            "approval_given", "remedy_interrupts",
            lambda s: s.to("located", grade="P2").do("plan", **PLAN, remedy="watch") and s.damage(interrupts="yes"),
            by="li", texts={"how": "policy"},
        ),
        No(
            "approval_given", "voice_not_allowed",
            lambda s: s.to("located").do("plan", **PLAN, remedy="watch"), by="li", texts=VOICE,
        ),
        No("approval_given", "voice_is_own", to("planned", grade="P2"), by="li", texts={**VOICE, "given_by": "li"}),
        No("approval_given", "person_unknown", to("planned", grade="P2"), by="li", texts={**VOICE, "given_by": "no"}),
        No("approval_given", "input_missing", to("planned", grade="P2"), by="li", texts={"how": "voice"}),
        No(
            "not_before(given_at)", "instant_too_early", to("planned", grade="P2"), by="li",
            texts={**VOICE, "given_at": "-10h"},
        ),
    ),
    "reject_plan": (
        No(
            "rejects_as_approver", "approver_is_planner",
            lambda s: s.to("located").do("take_over", "zhao") and s.do("plan", "zhao", **PLAN),
        ),
        No(
            "rejects_as_approver", "approver_too_low",
            lambda s: s.to("located", users_affected="1500").do("plan", **{**PLAN, "interrupts": "yes"}),
        ),
    ),
    "ratify": (
        No("ratifies", "nothing_to_ratify", to("approved")),
        No("ratifies", "nothing_to_ratify", texts={"version": "7"}),
        No("ratifies", "ratified_by_giver", by="head"),
        No("ratifies", "input_missing", lambda s: by_voice(s).later(hours=25), by="head"),
        No("ratifies", "ratifies_own_record", lambda s: spoken_by_head(s).later(hours=25)),
        No("ratifies", "approver_is_planner", lambda s: planned_by_lead(s).later(hours=25)),
    ),
    "revise": (
        _not_handler(),
        No("way_back_told", "input_missing", to("executing"), texts={"outcome": "no_effect"}),
    ),
    "execute": (
        No("by_handler_or_lead", "not_handler", by="wang"),
        No(
            "approval_still_fits", "approver_too_low",
            lambda s: noticed(s).do("complete", users_affected="20000"), texts={"checker": "wang"},
        ),
        No("plan_as_approved", "plan_not_approved", lambda s: s.to("approved").damage(approved_version=0)),
        No("noticed_and_off_peak", "notice_missing", interrupting),
        No("noticed_and_off_peak", "not_off_peak", lambda s: noticed(s).later(hours=8), texts={"checker": "wang"}),
        _unknown_person("executor"),
        _unknown_person("checker"),
        No("two_people", "input_missing", noticed),
        No("two_people", "checker_is_executor", noticed, texts={"checker": "li"}),
    ),
    "restore": (
        _not_handler(),
        No("not_before(restored_at)", "instant_too_early", texts={"restored_at": "-10h"}),
        No("not_before(restored_at)", "instant_too_early", texts={"restored_at": "-5m"}),
    ),
    "come_clear": (
        No("by_handler_if_any", "not_handler", by="wang"),
        No("cleared_with_parent", "parent_not_restored", texts={"how": "parent"}),
        No("no_act_of_ours", "act_of_ours", lambda s: s.to("executing").do(
            "revise", **{**REVISE, "outcome": "no_effect", "way_back": "Nothing to undo"}
        )),
        No("cause_code_formed", "cause_code_unknown", texts={"cause_code": "AC-NONE"}),
        No("not_before(cleared_at)", "instant_too_early", texts={"cleared_at": "-10h"}),
    ),
    "feed_back": (
        _not_handler(),
        No("emergency_completed", "fields_missing", lambda s: _incomplete(s, emergency=True).to("restored")),
        No("cause_named", "input_missing", lambda s: s.to("accepted").do("come_clear", **CLEAR)),
        No("cause_code_formed", "cause_code_unknown", texts={"cause_code": "AC-NONE"}),
        _spoken(),
    ),
    "start": (_not_handler(), No("by_handler", "no_owner", lambda s: s.to("accepted").do("release", why="-"))),
    "answer": (
        _not_handler(),
        No("nothing_missing", "fields_missing", lambda s: _incomplete(s, emergency=False).to("working")),
        No("run_finished", "run_unknown", texts={"from_run": "HZ1-99"}),
        _spoken(),
    ),
    "confirm": (
        No("fields_complete", "fields_missing", _cleared_early, kinds=("fault",)),
        No(
            "fields_complete", "fields_missing",
            lambda s: _incomplete(s, emergency=True).to("answered"), kinds=("request",),
        ),
        No("filled(cause_missing)", "cause_missing", lambda s: told(s).damage(cause_code=None), kinds=("fault",)),
        No(
            "filled(feedback_missing)", "feedback_missing", lambda s: told(s).damage(feedback_cause=None),
            kinds=("fault",),
        ),
        No(
            "filled(verification_missing)", "verification_missing", lambda s: told(s).damage(how_verified=None),
            kinds=("fault",),
        ),
        No("filled(answer_missing)", "answer_missing", lambda s: told(s).damage(answer=None), kinds=("request",)),
        No(
            "times_in_order", "times_out_of_order",
            lambda s: told(s).later(hours=1).do("complete", occurred_at="-5m", why="The customer said so"),
            kinds=("fault",),
        ),
        No(
            "times_in_order", "times_out_of_order",
            lambda s: told(s).later(hours=1).damage(occurred_at=4_102_444_800_000), kinds=("request",),
        ),
        No(
            "follow_up_linked", "follow_up_missing",
            lambda s: s.to("executing").do("restore", restored_at="now", how_verified="Ping", temporary="yes")
            and told(s), kinds=("fault",),
        ),
        No("breaches_explained", "breach_unexplained", lambda s: told(late(s))),
        No("voice_ratified", "not_ratified", lambda s: told(by_voice(s)), kinds=("fault",)),
        No(
            "children_informed", "children_not_informed",
            lambda s: mother(s).to("restored").do("feed_back", **FEEDBACK, children="no"), kinds=("fault",),
        ),
        No("by_another_engineer", "confirmed_by_handler", lambda s: told(s.register(grade="P2")), by="li"),
        No("from_requesters_side", "confirmed_by_us", texts={"who": "li"}),
        No("from_requesters_side", "confirmed_by_us", texts={"who": "Ｗang "}),
        No("from_requesters_side", "alarm_clear_too_short", _alarm, kinds=("fault",)),
        No("_required_of_people(who)", "input_missing", texts={"who": None}),
        No("_required_of_people(channel)", "input_missing", texts={"channel": None}),
    ),
    "close_unconfirmed": (
        *_not_whole(tried),
        No("fields_complete", "fields_missing", lambda s: tried(_cleared_early(s)), kinds=("fault",)),
        No(
            "fields_complete", "fields_missing",
            lambda s: tried(_incomplete(s, emergency=True).to("answered")), kinds=("request",),
        ),
        No("by_unconfirmed_role", "closing_needs_role", by="li"),
        No("tried_often_enough", "attempts_too_few", told),
        No("nothing_unsent", "message_unsent", lambda s: tried(s).do("attempt", channel="email", text="Please call")),
        No("no_open_children", "children_open", lambda s: mother(tried(s), s.row()["state"])),
    ),
    "close_informed": (
        *_not_whole(silent_child),
        No("silent_child", "not_a_child", told),
        No("silent_child", "not_cleared_with_parent", lambda s: hang(told(s.other())).sends().later(hours=25)),
        No("silent_child", "message_unsent", lambda s: told_child(s).later(hours=25)),
        No("silent_child", "silence_too_short", lambda s: told_child(s).sends()),
        No("enterprise_by_voice", "enterprise_not_called", lambda s: silent_child(s, requester_type="enterprise")),
    ),
    "dissatisfied": (
        No(
            "planned_before", "no_plan_yet", lambda s: s.to("accepted").do("come_clear", **CLEAR),
            texts={"back_to": "planned"}, kinds=("fault",),
        ),
    ),
    "archive": (
        No("archived_in_time", "reopen_days_running", by="li"),
        No("article_or_reason", "article_or_why", texts={"why_none": None}),
    ),
    "hand_over": (
        No("hands_over_own", "not_owner", by="wang"),
        _unknown_person("to"),
        No("to_another", "already_owner", texts={"to": "li"}),
    ),
    "take_over": (
        No("may_take_over", "already_owner", by="li"),
        No("may_take_over", "not_offered", to("accepted")),
    ),
    "take": (
        No("free_to_claim", "not_offered", by="wang"),
        No("claim_not_too_long", "claim_too_long", texts={"hold_for": "15d"}),
    ),
    "release": (
        No("releases_own", "not_owner", by="wang"),
        No("releases_own", "no_owner_yet", lambda s: s.to("accepted").do("release", why="-")),
    ),
    "inform": (_passed("next_news_at"), _spoken()),
    "wait_customer": (
        _not_handler(),
        No("waits_for(customer)", "input_choice", texts={"reason": "carrier"}),
        No("named_in_contract", "not_in_contract", texts={"reason": "force_majeure"}),
        _passed("until"),
    ),
    "wait_third_party": (
        _not_handler(),
        No("waits_for(third_party)", "input_choice", texts={"reason": "no_access"}),
        _passed("until"),
    ),
    "resume": (_not_handler(),),
    "escalate": (
        No("escalates_somewhere", "escalation_empty", texts={"management": None}),
        No(
            "escalates_somewhere", "level_reached",
            lambda s: s.to("accepted").do("escalate", management="lead", why="-"),
        ),
        No("vendor_meant", "vendor_without_function", texts={"vendor": "Nordlicht"}),
        _unknown_person("to"),
        No("report_in_order", "report_order", texts={"report": "final"}),
        No("report_in_order", "report_given", reported, texts={"report": "first"}),
        No("report_in_order", "report_ended", reported_to_the_end, texts={"report": "follow_up"}),
    ),
    "regrade": (
        No("grade_changes", "grade_same", texts={"grade": "P4"}, kinds=("fault",)),
        No("grade_changes", "grade_same", texts={"grade": "P5"}, kinds=("request",)),
        No("urgent_is_highest", "urgent_is_highest", texts={"urgent": "yes"}),
        No("lowers_by_lead", "lowering_needs_lead", to("accepted", grade="P2"), texts={"words": "Fine with me"}),
        No("lowers_with_word", "lowering_needs_word", to("accepted", grade="P2"), by="zhao"),
    ),
    "notice": (No("not_before(noticed_at)", "instant_too_early", texts={"noticed_at": "-10h"}),),
    "attempt": (No("not_before(tried_at)", "instant_too_early", texts={"tried_at": "-10h"}), _spoken()),
    "visit": (
        No("sends_to_site", "not_handler", by="wang"),
        No("something_given", "nothing_given", texts={"dispatched_at": None}),
        _unknown_person("engineer"),
        No("visit_in_order", "visit_out_of_order", texts={"arrived_at": "-1h"}),
        No("run_on_site", "run_not_on_site", texts={"run": "HZ1-900"}),
    ),
    "explain_breach": (
        No("something_late", "nothing_late", lambda s: s.register()),
        No("this_one_late", "clock_not_late", texts={"clock": "restore"}),
        No("this_one_late", "breaches_told", lambda s: late(s).do("explain_breach", reason="travel", words="-")),
    ),
    "mark_affected": (No("something_given", "nothing_given", texts={"customer": None, "circuit": None}),),
    "snooze": (_passed("until"), No("snooze_not_too_long", "snooze_too_long", texts={"until": "+2d"})),
    "ack": (_passed("until"), No("snooze_not_too_long", "snooze_too_long", texts={"until": "+2d"})),
    "run": (
        No("run_by_handler_or_lead", "not_handler", by="wang"),
        No("some_command_offered", "no_command_offered", _no_commands),
        No("command_offered", "command_not_offered", texts={"command": "cell", "arguments": None}),
        No("arguments_of_ticket", "argument_not_of_ticket", texts={"arguments": "host=192.0.2.9"}),
        No("arguments_of_ticket", "command_takes_no", texts={"arguments": "port=1"}),
        No("arguments_of_ticket", "argument_missing", to("accepted"), texts={"arguments": None}),
    ),
    "link": (
        No("known_ticket(other)", "ticket_itself", texts={"other": "{it}"}),
        No(
            "not_tied_yet", "tied_already",
            lambda s: with_other(s).do("link", type="caused_by", other="{other}"), texts={"type": "caused_by"},
        ),
        No(
            "parent_fits(other)", "parent_nested", lambda s: with_other(s).other("top").nest(),
            texts={"type": "parent"}, kinds=("fault",),
        ),
        No(
            "parent_fits(other)", "parent_closed",
            lambda s: with_other(s).do("reject", "zhao", of="other", reason="no_matter"),
            texts={"type": "parent"}, kinds=("fault",),
        ),
        No("parent_fits(other)", "parent_not_fault", texts={"type": "parent"}, kinds=("request",)),
    ),
    "merge": (
        No("no_open_children", "children_open", lambda s: mother(s).other("third"), texts={"into": "{third}"}),
        No("known_ticket(into)", "ticket_itself", texts={"into": "{it}"}),
        No(
            "merges_into_open", "target_closed",
            lambda s: with_other(s).do("reject", "zhao", of="other", reason="no_matter"),
        ),
        No(
            "voice_acted_on_ratified", "not_ratified", lambda s: by_voice(s).do("execute") and s.other(),
            kinds=("fault",),
        ),
        No(
            "voice_acted_on_ratified", "not_ratified",
            lambda s: with_other(s).damage(ratify_due=4_102_444_800_000, acts=1, executed_at=1), kinds=("request",),
        ),
        No(
            "merges_upward", "target_graded_lower", lambda s: s.to("accepted", grade="P2").other(),
        ),
        No("merges_same_matter", "not_same_matter", lambda s: s.to("accepted").other(contact="sun@example.com")),
    ),
    "cancel": (
        No("nothing_executed", "already_executed", lambda s: s.to("accepted").damage(acts=1), kinds=("request",)),
        No("nothing_executed", "already_executed", to("executing"), kinds=("fault",)),
        No("somebody_withdraws", "nobody_withdraws", _alarm_taken),
        No("withdrawn_by_requester", "confirmed_by_us", texts={"who": " LI"}),
        No("no_open_children", "children_open", mother),
    ),
    "reject": (
        No("rejected_by", "reject_needs_lead", by="li"),
        No("no_open_children", "children_open", lambda s: mother(s, "registered")),
    ),
}  # fmt: skip

#: Gates about changes: a ticket cannot be linked to one before there is a machine for them.
NOT_YET = {
    ("fault", "execute", "change_in_progress"),
    ("request", "answer", "change_closed"),
    # a request has no plan to go back to, and does not offer to
    ("request", "dissatisfied", "planned_before"),
}


def _refused() -> Iterator[Case]:
    for event, nos in NOS.items():
        for no in nos:
            for kind in no.kinds:
                allowed = ACCEPTED.get((kind, event))
                if allowed is None:
                    continue
                typed = {**allowed.texts, **(no.texts or {})}
                texts = {name: text for name, text in typed.items() if text is not None}
                changed = replace(allowed, set=no.set or allowed.set, by=no.by or allowed.by, texts=texts)
                yield replace(changed, guard=no.guard, code=no.code)


REFUSED: tuple[Case, ...] = tuple(_refused())


def gates() -> Iterator[tuple[str, str, str]]:
    """Yield (kind, event, gate) of both machines."""
    for kind in KINDS:
        for event in workflow(kind).events:
            yield from ((kind, event.name, guard_name(guard)) for guard in event.guards)
