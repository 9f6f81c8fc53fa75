"""The archive bundle: its checksum is sealed when the ticket is archived, and any changed act shows."""

from __future__ import annotations

from noc_console.desk import archive
from noc_console.store.canonical import digest
from tests.desk.scene import Scene


def test_the_checksum_is_sealed_and_can_be_computed_again_from_the_bundle(scene: Scene) -> None:
    ref = scene.to(scene.register(), "closed")
    scene.says("chen", ref, "archive", why_none="well known")
    bundle = archive.bundle(scene.admin, ref)
    before = [entry for entry in bundle["journal"] if entry["event"] != "archive"]
    again = digest(*(part for entry in before for part in (entry["digest"], entry["hub_digest"])))
    assert bundle["archived"] == bundle["checksum"] == again
    assert next(entry["event"] for entry in bundle["journal"]) == "register"
    assert bundle["ticket"]["ref"] == ref


def test_acts_on_another_ticket_do_not_change_it_and_acts_on_this_one_do(scene: Scene) -> None:
    ref, other = scene.register(), scene.register()
    first = archive.bundle(scene.admin, ref)["checksum"]
    scene.says("wei", other, "note", text="elsewhere")
    assert archive.bundle(scene.admin, ref)["checksum"] == first
    scene.says("wei", ref, "note", text="here")
    assert archive.bundle(scene.admin, ref)["checksum"] != first


def test_nobody_chooses_the_checksum_of_an_archive(scene: Scene) -> None:
    ref = scene.to(scene.register(), "closed")
    scene.says("chen", ref, "archive", why_none="-", digest="0" * 64)
    found = archive.bundle(scene.admin, ref)
    assert found["archived"] == found["checksum"] != "0" * 64
