"""Registers are read in runs by name and id, so that people of one name are not lost between two runs."""

from __future__ import annotations

from noc_console.desk import register
from tests.desk.scene import Scene


def test_customers_of_one_name_are_all_found_run_by_run(any_scene: Scene) -> None:
    for number in range(5):
        register.put(any_scene.admin, "customer", {"name": "Wang", "phone": f"+86 {number}"})
    found, after = [], None
    while run := register.page(any_scene.admin, "customer", after=after, limit=2):
        found += [row["phone"] for row in run]
        after = run[-1]
    assert sorted(found) == [f"+86 {number}" for number in range(5)]
