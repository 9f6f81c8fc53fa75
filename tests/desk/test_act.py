"""The one door: what goes through it is judged, done once and journalled; what does not leaves no trace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from threading import Barrier, BrokenBarrierError
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, text

from noc_console.config import Config
from noc_console.desk import register
from noc_console.desk.act import Court, Outcome, Wish, act, act_in
from noc_console.desk.bulk import BATCH, act_each
from noc_console.desk.desk import Desk
from noc_console.desk.ticket import kind_of
from noc_console.errors import BadInput, Conflict, NocError, NotFound, Refused, StoreUnavailable, UsageError
from noc_console.store.canonical import new_id
from noc_console.store.engine import writing
from noc_console.store.journal import BODY, INTENT, VERDICT
from noc_console.store.tables import table
from tests.desk.scene import REPORT, Scene, scene_at
from tests.store.kit import FailingCommits, dump

if TYPE_CHECKING:
    from collections.abc import Iterator


def report(scene: Scene, **more: Any) -> dict[str, Any]:
    return {**REPORT, "occurred_at": scene.now, **more}


def note(scene: Scene, ref: str, said: str, **more: Any) -> Wish:
    return Wish("fault", scene.row(ref)["id"], "note", {"text": said}, **more)


def journal(scene: Scene) -> list[Any]:
    joined = select(INTENT, VERDICT.c.hub_seq, VERDICT.c.verdict, VERDICT.c.reason, BODY.c.body)
    joined = joined.join(VERDICT, VERDICT.c.intent_id == INTENT.c.intent_id)
    joined = joined.join(BODY, BODY.c.intent_id == INTENT.c.intent_id)
    with scene.admin.reading() as connection:
        return list(connection.execute(joined.order_by(VERDICT.c.hub_seq)))


# --- Once --------------------------------------------------------------------------------------------------------


def test_an_act_is_journalled_with_who_what_and_how(any_scene: Scene) -> None:
    ref = any_scene.register("wei")
    last = journal(any_scene)[-1]
    row = any_scene.row(ref)
    assert (last.kind, last.event, last.record, last.root) == ("fault", "register", row["id"], row["id"])
    assert (last.actor, last.via, last.submitted_by) == ("wei", "cli", any_scene.admin.submitter)
    assert "Ms Wang" in bytes(last.body).decode()
    assert any_scene.is_sound()


def test_personal_data_stands_in_no_effect(any_scene: Scene) -> None:
    any_scene.to(any_scene.register("wei"), "closed")
    with any_scene.admin.reading() as connection:
        effects = "".join(connection.execute(select(VERDICT.c.effects)).scalars())
    for personal in ("Ms Wang", "8888", "海宁", "宽带", "one site", "12.4 km", "splice", "works again"):
        assert personal not in effects


def test_the_same_intent_again_does_nothing(any_scene: Scene) -> None:
    ref = any_scene.register()
    wish = note(any_scene, ref, "once", intent_id=new_id())
    first = act(any_scene.desk("wei"), wish)
    before = dump(any_scene.admin.engine)
    again = act(any_scene.desk("fang"), wish)
    assert (first.verdict, again.verdict) == ("applied", "noop")
    assert (again.ref, again.record, again.state) == (ref, first.record, first.state)
    assert dump(any_scene.admin.engine) == before


@pytest.mark.parametrize("after", [True, False])
def test_a_commit_with_an_unknown_outcome_is_tried_again_and_makes_no_double(any_scene: Scene, after: bool) -> None:
    ref = any_scene.register()
    token = any_scene.admin.token()
    FailingCommits(any_scene.admin.engine, 1, after=after)
    outcome = act(any_scene.desk("wei"), note(any_scene, ref, "once"))
    assert any_scene.admin.token() == token + 1
    assert journal(any_scene)[-1].intent_id == outcome.intent_id
    assert any_scene.is_sound()


def test_a_caller_who_gave_up_may_do_it_again_with_the_same_id(any_scene: Scene) -> None:
    wish = Wish("fault", "", "register", report(any_scene), intent_id=new_id())
    token = any_scene.admin.token()
    FailingCommits(any_scene.admin.engine, 5, after=False)
    with pytest.raises(StoreUnavailable):
        act(any_scene.desk("wei"), wish)
    assert any_scene.admin.token() == token
    first = act(any_scene.desk("wei"), wish)
    assert act(any_scene.desk("wei"), wish).ref == first.ref
    assert any_scene.admin.token() == token + 1


# --- Not at all --------------------------------------------------------------------------------------------------


@pytest.fixture
def untouched(any_scene: Scene) -> Iterator[Scene]:
    """A store with a ticket in which nothing may change."""
    any_scene.register()
    before, token = dump(any_scene.admin.engine), any_scene.admin.token()
    yield any_scene
    assert dump(any_scene.admin.engine) == before
    assert any_scene.admin.token() == token


def test_a_dry_run_judges_and_stores_nothing(untouched: Scene) -> None:
    outcome = act(untouched.desk("wei"), Wish("fault", "", "register", report(untouched)), dry_run=True)
    assert (outcome.verdict, outcome.state, outcome.ref) == ("applied", "registered", "HZ1-2")
    with pytest.raises(Refused):
        act(untouched.desk("wei"), Wish("fault", untouched.row("HZ1-1")["id"], "locate", {}), dry_run=True)


def test_a_refusal_leaves_no_trace(untouched: Scene) -> None:
    with pytest.raises(Refused) as refused:
        untouched.says("wei", "HZ1-1", "confirm", who="x", channel="phone", how_tested="y")
    assert refused.value.reasons


def test_facts_that_only_an_input_names_are_looked_up(any_scene: Scene) -> None:
    """A cause code and a follower are judged by what there is, whichever inputs come with them."""
    ref = any_scene.to(any_scene.register(), "diagnosing")
    given = {"cause_code": "TX-FIBRE-CUTT", "location": "12 km", "evidence": "OTDR"}
    with pytest.raises(Refused) as refused:
        any_scene.says("wei", ref, "locate", **given)
    (reason,) = refused.value.reasons
    assert reason.code == "cause_code_unknown"
    assert "TX-FIBRE-CUT" in reason.params["codes"]


@pytest.mark.parametrize("bad", ["光\0缆", "\ud83d half", "x\udfff"])
@pytest.mark.parametrize("name", ["subject", "symptom", "contact"])
def test_text_that_no_store_can_hold_is_refused_at_entry(untouched: Scene, bad: str, name: str) -> None:
    with pytest.raises(BadInput):
        act(untouched.desk("wei"), Wish("fault", "", "register", report(untouched, **{name: bad})))


def test_a_number_that_no_store_can_hold_is_refused(untouched: Scene) -> None:
    with pytest.raises((BadInput, Refused)):
        act(untouched.desk("wei"), Wish("fault", "", "register", report(untouched, users_affected=10**30)))


def test_what_there_is_not_is_named(untouched: Scene) -> None:
    desk, ticket = untouched.desk("wei"), untouched.row("HZ1-1")["id"]
    with pytest.raises(UsageError, match="no event dance"):
        act(desk, Wish("fault", ticket, "dance"))
    with pytest.raises(UsageError, match="no input colour"):
        act(desk, Wish("fault", ticket, "note", {"text": "x", "colour": "red"}))
    with pytest.raises(NotFound):
        act(desk, Wish("fault", "no-such-record", "note", {"text": "x"}))


def test_who_looked_at_something_else_is_told(untouched: Scene) -> None:
    stale = {"state": "accepted"}
    with pytest.raises(Conflict, match="changed meanwhile"):
        act(untouched.desk("wei"), note(untouched, "HZ1-1", "x", seen=stale))


def test_who_saw_what_is_there_may_act(any_scene: Scene) -> None:
    ref = any_scene.register()
    row = any_scene.row(ref)
    seen = {
        "state": row["state"],
        "owner": row["owner"],
        "last_event_at": row["last_event_at"],
        "missing": row["missing"],
    }
    assert act(any_scene.desk("wei"), note(any_scene, ref, "x", seen=seen)).verdict == "applied"


def test_one_refusal_among_several_undoes_them_all(untouched: Scene) -> None:
    desk = untouched.desk("wei")
    wishes = [note(untouched, "HZ1-1", "first"), Wish("fault", untouched.row("HZ1-1")["id"], "locate", {})]
    with pytest.raises(Refused), writing(desk.engine) as connection:
        act_in(desk, connection, wishes)


# --- Many --------------------------------------------------------------------------------------------------------


def test_references_have_no_gap_whatever_kind_and_whatever_failed(any_scene: Scene) -> None:
    refs = []
    for kind in ("fault", "request", "fault"):
        refs.append(any_scene.register(kind=kind))
        with pytest.raises(Refused):
            act(any_scene.desk("wei"), Wish("fault", "", "register", {"channel": "hotline"}))
        act(any_scene.desk("wei"), Wish("fault", "", "register", report(any_scene)), dry_run=True)
    assert refs == ["HZ1-1", "HZ1-2", "HZ1-3"]


def test_a_later_wish_of_a_batch_sees_the_earlier(any_scene: Scene) -> None:
    desk, record = any_scene.desk("wei"), new_id()
    follows = Wish("fault", "", "register", report(any_scene, follows=record))
    wishes = [
        Wish("fault", record, "register", report(any_scene)),
        Wish("fault", record, "accept", {"contacted": True}),
        Wish("fault", record, "diagnose", {}),
        follows,
    ]
    with writing(desk.engine) as connection:
        outcomes = act_in(desk, connection, wishes)
    assert [outcome.state for outcome in outcomes] == ["registered", "accepted", "diagnosing", "registered"]
    assert [outcome.ref for outcome in outcomes] == ["HZ1-1", "HZ1-1", "HZ1-1", "HZ1-2"]
    assert any_scene.is_sound()


def test_what_could_not_be_written_is_not_left_out_of_the_journal_either(any_scene: Scene) -> None:
    desk, row = any_scene.desk("wei"), any_scene.row(any_scene.register())
    wish = Wish("fault", row["id"], "accept", {"contacted": True})
    tickets = table("ticket")
    with writing(desk.engine) as connection:
        court = Court(desk, connection, [wish])
        court.hear(wish)
        connection.execute(tickets.delete().where(tickets.c.id == row["id"]))
        for end in (court.minutes.settle, court.record):
            with pytest.raises(RuntimeError, match="there is no row"):
                end()
        connection.rollback()


def test_a_batch_that_is_given_again_is_done_once(any_scene: Scene) -> None:
    desk = any_scene.desk("wei")
    wishes = [Wish("fault", "", "register", report(any_scene, subject=f"n{n}")) for n in range(5)]
    with writing(desk.engine) as connection:
        act_in(desk, connection, wishes[:3])
    with writing(desk.engine) as connection:
        outcomes = act_in(desk, connection, wishes)
    assert [outcome.verdict for outcome in outcomes] == ["noop"] * 3 + ["applied"] * 2
    assert [outcome.ref for outcome in outcomes] == [f"HZ1-{n}" for n in range(1, 6)]


def test_a_wish_that_comes_twice_in_a_batch_is_done_once(any_scene: Scene) -> None:
    desk, token = any_scene.desk("wei"), any_scene.admin.token()
    wish = Wish("fault", "", "register", report(any_scene))
    with writing(desk.engine) as connection:
        first, second = act_in(desk, connection, [wish, wish])
    assert (first.verdict, second.verdict) == ("applied", "noop")
    assert (second.ref, second.record, second.state) == (first.ref, first.record, "registered")
    assert any_scene.admin.token() == token + 1
    assert any_scene.is_sound()


def test_what_was_done_before_is_told_as_the_batch_has_left_it(any_scene: Scene) -> None:
    desk, ref = any_scene.desk("wei"), any_scene.register()
    before = note(any_scene, ref, "seen")
    act(desk, before)
    accept = Wish("fault", before.record, "accept", {"contacted": True})
    with writing(desk.engine) as connection:
        assert [outcome.state for outcome in act_in(desk, connection, [accept, before])] == ["accepted", "accepted"]


def test_an_error_in_the_place_of_a_wish_is_told_in_its_turn_and_none_waits_for_the_end(any_scene: Scene) -> None:
    """A file of which nothing can be read is told row by row, and is never in memory whole."""
    taken: list[int] = []

    def wishes() -> Iterator[Wish | NocError]:
        for n in range(10_000):
            taken.append(n)
            yield Wish("fault", "", "register", report(any_scene)) if n in (1, 2) else BadInput(f"row {n}")

    outcomes = act_each(any_scene.desk("wei"), wishes())
    said = [str(got) if isinstance(got, NocError) else got.ref for got in islice(outcomes, 5)]
    assert said == ["row 0", "HZ1-1", "HZ1-2", "row 3", "row 4"]
    assert len(taken) <= BATCH


# SQLite lets one at a time write: no two wait for each other there.
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_two_batches_on_the_same_tickets_do_not_stop_each_other(
    any_scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [any_scene.register() for _n in range(2)]
    met, heard = Barrier(2), Court.hear

    def hear(court: Court, wish: Wish) -> Outcome:
        outcome = heard(court, wish)
        with suppress(BrokenBarrierError):  # the other one has to wait before it has heard anything
            met.wait(timeout=0.5)
        return outcome

    monkeypatch.setattr(Court, "hear", hear)

    def batch(order: list[str]) -> list[str]:
        desk = any_scene.desk("wei")
        wishes = [note(any_scene, ref, "x") for ref in order]
        with writing(desk.engine) as connection:
            return [outcome.verdict for outcome in act_in(desk, connection, wishes)]

    with ThreadPoolExecutor() as two:
        assert list(two.map(batch, (refs, refs[::-1]))) == [["applied"] * 2] * 2
    assert any_scene.is_sound()


def test_the_customer_is_known_by_contact_or_contract(any_scene: Scene) -> None:
    people: list[dict[str, Any]] = [
        {"name": "Bank", "type": "enterprise", "phone": "111", "contract": "C-1"},
        {"name": "Mill", "type": "enterprise", "address": "noc@mill.example"},
        {"name": "Twin 1", "type": "individual", "phone": "222"},
        {"name": "Twin 2", "type": "individual", "phone": "222"},
    ]
    for person in people:
        register.put(any_scene.admin, "customer", person)
    asked = [
        {"contact": "111"}, {"contact": "other", "contract": "C-1"}, {"contact": "noc@mill.example"},
        {"contact": "222"}, {"contact": "333"}, {"contact": "111", "contract": "C-1"},
    ]  # fmt: skip
    desk = any_scene.desk("wei")
    wishes = [Wish("fault", "", "register", {**report(any_scene), **given}) for given in asked]
    with writing(desk.engine) as connection:
        refs = [outcome.ref for outcome in act_in(desk, connection, wishes)]
    names = {row["id"]: row["name"] for row in register.page(any_scene.admin, "customer")}
    found = [names.get(any_scene.row(ref)["customer"]) for ref in refs]
    assert found == ["Bank", "Bank", "Mill", None, None, "Bank"]


def test_a_customer_of_the_same_batch_is_known(any_scene: Scene) -> None:
    desk = any_scene.admin
    put = Wish(
        "customer", register.record_id(desk, "customer", {"name": "New"}), "put", {"name": "New", "phone": "777"}
    )
    before = Wish("fault", "", "register", report(any_scene, contact="777"))
    after = Wish("fault", "", "register", report(any_scene, contact="777"))
    with writing(desk.engine) as connection:
        refs = [outcome.ref for outcome in act_in(desk, connection, [before, put, after])]
    assert any_scene.row(refs[0])["customer"] is None
    assert any_scene.row(refs[2])["customer"] == put.record


# --- What an act causes --------------------------------------------------------------------------------------------


def test_a_refused_consequence_is_an_item_for_a_person_and_undoes_nothing(any_scene: Scene) -> None:
    parent = any_scene.register()
    children = [any_scene.register(parent=any_scene.row(parent)["id"]) for _n in range(2)]
    any_scene.to(children[0], "executing")  # our own act is under way there: it cannot clear by itself
    any_scene.to(parent, "executing", name="sun")
    outcome = any_scene.says("sun", parent, "restore", restored_at=any_scene.now, how_verified="light is back")
    assert any_scene.state(parent) == "restored"
    verdicts = {any_scene.row(child)["id"]: child for child in children}
    refused = [cause for cause in outcome.causes if cause.verdict == "refused"]
    assert [verdicts[cause.record] for cause in refused] == [children[0]]
    assert refused[0].reasons
    assert any_scene.state(children[0]) == "executing"
    assert any_scene.state(children[1]) == "restored"
    item = next(row for row in any_scene.rows("inbox", children[0]) if row["kind"] == "refused")
    assert (item["code"], item["recipient"], item["state"]) == (refused[0].reasons[0].code, "wei", "open")
    entry = next(row for row in journal(any_scene) if row.verdict == "refused")
    assert (entry.actor, entry.via, entry.record) == ("rule", "rule", any_scene.row(children[0])["id"])
    assert any_scene.is_sound()


def test_what_an_act_causes_has_an_id_of_the_act(any_scene: Scene) -> None:
    """Two replicas that judge the same act cause the same."""
    causes = []
    for _n in range(2):
        parent = any_scene.register()
        any_scene.register(parent=any_scene.row(parent)["id"])
        any_scene.to(parent, "executing", name="sun")
        row = any_scene.row(parent)
        inputs = {"restored_at": any_scene.now, "how_verified": "ok"}
        outcome = act(any_scene.desk("sun"), Wish(kind_of(row), row["id"], "restore", inputs))
        causes += [cause.intent_id for cause in outcome.causes]
    assert len(set(causes)) == len(causes) > 1


# --- Who -----------------------------------------------------------------------------------------------------------


def test_the_first_to_open_a_store_is_its_admin_with_every_role(store_url: str) -> None:
    with Desk.open(store=store_url, config=Config()) as desk:
        assert "admin" in desk.actor.roles
        assert [row["name"] for row in register.page(desk, "engineer")] == [desk.actor.name]
    with Desk.open(store=store_url, config=Config()) as again:
        assert again.actor == desk.actor
        assert again.token() == 1, "opening writes nothing the second time"


def test_a_later_unknown_name_is_refused_with_what_adds_it(tmp_path: Any) -> None:
    store = str(tmp_path / "store.db")
    Desk.open(store=store, actor="wei", config=Config()).close()
    with pytest.raises(NotFound, match="noc engineer add fang"):
        Desk.open(store=store, actor="fang", config=Config())
    with Desk.open(store=store, actor="wei", config=Config()) as desk:
        register.put(desk, "engineer", {"name": "fang", "roles": ("engineer",)})
    with Desk.open(store=store, actor="fang", config=Config()) as desk:
        assert desk.actor.roles == {"engineer"}


# --- What it costs -------------------------------------------------------------------------------------------------


def test_an_act_costs_the_same_however_long_the_history(tmp_path: Any) -> None:
    with scene_at(str(tmp_path / "store.db")) as scene:
        counts = []
        for more in (1, 60):
            for _n in range(more):
                ref = scene.register()
            wish = note(scene, ref, "x")
            counts.append(_statements(scene, wish))
    assert counts[0] == counts[1]
    assert counts[0] < 30


def _statements(scene: Scene, wish: Wish) -> int:
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    desk = scene.desk("wei")
    desk.policy()
    event.listen(desk.engine, "before_cursor_execute", count)
    act(desk, wish)
    event.remove(desk.engine, "before_cursor_execute", count)
    return len(seen)


def test_rows_are_where_the_journal_says(any_scene: Scene) -> None:
    ref = any_scene.to(any_scene.register(), "closed")
    with any_scene.admin.reading() as connection:
        owners = set(connection.execute(select(table("clock").c.record)).scalars())
        assert connection.execute(text("SELECT count(*) FROM intent")).scalar_one() == any_scene.admin.token()
    assert owners == {any_scene.row(ref)["id"]}
    assert any_scene.is_sound()
