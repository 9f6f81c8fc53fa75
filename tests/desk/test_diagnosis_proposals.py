"""Which tree is proposed first, by the ticket's words in both languages, its alarms and its domain."""

from __future__ import annotations

import pytest

from noc_console.desk import diagnosis
from noc_console.desk.diagnosis_proposals import beginnable, proposals
from noc_console.errors import Refused
from tests.desk.scene import Scene


def proposed(scene: Scene, **inputs: str) -> list[str]:
    ref = scene.register(**inputs)
    return [one.tree.id for one in proposals(scene.desk("wei"), ref)]


@pytest.mark.parametrize(
    ("words", "domain", "best"),
    [
        ({"subject": "宽带上不了网", "symptom": "光猫掉电告警"}, "access", "AC-T1"),
        ({"subject": "No internet", "symptom": "the ONT says dying gasp"}, "access", "AC-T1"),
        ({"subject": "整个端口", "symptom": "PON口收无光"}, "access", "AC-T2"),
        ({"subject": "SIP trunk down", "symptom": "OPTIONS no answer"}, "switching", "SW-T1"),
    ],
)
def test_words_of_either_language_propose_the_tree(scene: Scene, words: dict[str, str], domain: str, best: str) -> None:
    assert proposed(scene, domain=domain, **words)[0] == best


def test_what_nothing_fits_gets_the_general_tree_of_its_domain(scene: Scene) -> None:
    found = proposed(scene, subject="zzz", symptom="qqq", domain="access")
    assert found == ["GEN-ACCESS"]


def test_a_word_within_another_is_no_word(scene: Scene) -> None:
    """``DGi`` must not be found in ``Edging``."""
    ref = scene.register(subject="Edging", symptom="qqq", domain="access")
    assert all("AC-A03" not in [alarm.id for alarm in one.alarms] for one in proposals(scene.desk("wei"), ref))


def test_every_tree_can_be_chosen(scene: Scene) -> None:
    ref = scene.register(domain="access")
    found = [one.tree.id for one in proposals(scene.desk("wei"), ref, others=True)]
    assert len(set(found)) == len(found)
    assert {"AC-T1", "SW-T1", "SITE-T1"} <= set(found)


def test_only_what_may_be_begun_is_offered_and_why_the_rest_may_not(scene: Scene) -> None:
    desk, ref = scene.desk("wei"), scene.to(scene.register(domain="access"), "accepted")
    found, refusal = beginnable(desk, ref)
    assert refusal is None and {"AC-T1", "SITE-T1"} <= {one.tree.id for one in found}
    located = scene.to(scene.register(domain="access"), "located")
    found, refusal = beginnable(desk, located)
    assert {one.tree.domain for one in found} == {"site"}
    assert refusal is not None and [reason.code for reason in refusal.reasons] == ["ticket_not_diagnosed"]
    with pytest.raises(Refused) as nothing:
        beginnable(desk, scene.to(scene.register(domain="access"), "restored"))
    assert [reason.code for reason in nothing.value.reasons] == ["ticket_not_diagnosed"]


def test_a_tree_that_was_gone_through_hides_no_other(scene: Scene) -> None:
    desk, ref = scene.desk("wei"), scene.to(scene.register(domain="access"), "accepted")
    first = beginnable(desk, ref)[0][0].tree.id
    diagnosis.start(desk, ref, first)
    diagnosis.act(desk, ref, "stop", {"why": "-"})
    assert beginnable(desk, ref)[1] is None
