"""The journal is one gap-free order, chained, and says who this store is."""

from __future__ import annotations

import json
from itertools import pairwise
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from noc_console.store import journal
from noc_console.store.engine import reading, retried, writing
from noc_console.store.journal import BODY, HUB, INTENT, VERDICT
from noc_console.store.schema import ZERO_DIGEST
from noc_console.store.verify import chains
from tests.store.kit import behind_its_back, judged, keep, keep_in

if TYPE_CHECKING:
    from sqlalchemy import Engine


def rows(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(select(table)).mappings())


def test_a_new_store_says_who_it_is(engine: Engine) -> None:
    (hub,) = rows(engine, HUB)
    assert hub["code"] == "HZ1"
    assert hub["training"] is True
    assert hub["last_hub_digest"] == hub["last_origin_digest"] == ZERO_DIGEST
    assert hub["digest"] == journal.hub_digest(hub)


def test_places_have_no_gap_and_numbers_only_rise(engine: Engine) -> None:
    assert keep(engine, judged("a", []), judged("b", []), number=7) == [1, 2]
    assert keep(engine, judged("c", []), number=3) == [3]
    (hub,) = rows(engine, HUB)
    assert (hub["last_hub_seq"], hub["last_origin_seq"], hub["last_number"]) == (3, 3, 7)


def test_every_digest_is_of_what_was_written(engine: Engine) -> None:
    keep(engine, judged("a", [["add", "link", "x", {"other": "o", "type": "t", "at": 1}]], {"text": "断纤 cut"}))
    keep(engine, judged("b", []))
    intents = sorted(rows(engine, INTENT), key=lambda row: row["origin_seq"])
    bodies = {row["intent_id"]: row for row in rows(engine, BODY)}
    verdicts = sorted(rows(engine, VERDICT), key=lambda row: row["hub_seq"])
    previous = ZERO_DIGEST
    for one, two in pairwise([None, *intents]):
        body = bodies[two["intent_id"]]
        assert two["prev_digest"] == (one["digest"] if one else ZERO_DIGEST)
        assert two["digest"] == journal.intent_digest(two)
        assert two["body_digest"] == journal.body_digest(body["salt"], body["body"])
        assert two["hlc"] > (one["hlc"] if one else 0)
    for intent, verdict in zip(intents, verdicts, strict=True):
        assert verdict["hub_digest"] == journal.verdict_digest(previous, intent["digest"], verdict)
        previous = verdict["hub_digest"]
    assert json.loads(bodies[intents[0]["intent_id"]]["body"]) == {"text": "断纤 cut"}
    assert len({row["salt"] for row in bodies.values()}) == 2


def test_digests_cover_every_column(engine: Engine) -> None:
    apart = {"digest", "seal", "hub_digest"}
    assert set(journal.INTENT_COLUMNS) == set(INTENT.c.keys()) - apart
    assert set(journal.VERDICT_COLUMNS) == set(VERDICT.c.keys()) - apart
    assert set(journal.HUB_COLUMNS) == set(HUB.c.keys()) - apart


def test_an_intent_is_known_by_its_id(engine: Engine) -> None:
    keep(engine, *(judged(f"r{n}", [], intent_id=f"i{n}") for n in range(5)))
    with reading(engine) as connection:
        assert journal.records_of(connection, ["i1", "i9", "i4"]) == {"i1": "r1", "i4": "r4"}
        assert journal.records_of(connection, []) == {}


def test_an_intent_is_written_once(engine: Engine) -> None:
    keep(engine, judged("a", [], intent_id="same"))
    with pytest.raises(IntegrityError):
        keep(engine, judged("a", [], intent_id="same"))
    assert len(rows(engine, VERDICT)) == 1
    assert list(chains(engine)) == []


def test_a_device_whose_clock_went_back_keeps_its_order(engine: Engine) -> None:
    keep(engine, judged("late", []))
    behind_its_back(engine, "UPDATE hub_state SET last_hlc = last_hlc + 1000000000000")
    keep(engine, judged("early", []))
    one, two = sorted(rows(engine, INTENT), key=lambda row: row["origin_seq"])
    assert two["hlc"] > one["hlc"] + 999_999_999_999


def test_many_writers_at_once_make_one_order(engine: Engine) -> None:
    def write(who: int) -> None:
        for n in range(10):
            one = judged(f"{who}/{n}", [])

            def work(one: journal.Judged = one) -> None:
                with writing(engine) as connection:
                    keep_in(connection, one)

            retried(work)

    threads = [Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = sorted(row["hub_seq"] for row in rows(engine, VERDICT))
    assert places == list(range(1, 41))
    assert list(chains(engine)) == []


def test_what_was_rolled_back_leaves_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        keep_in(connection, judged("a", []))
        connection.rollback()
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM intent")).scalar_one() == 0
