"""An id that is made from a name is the one of the standard, whoever makes it."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from noc_console.workflows.uuids import uuid5


@given(st.uuids(), st.text(st.characters(exclude_categories=["Cs"])))
def test_it_is_the_id_of_the_standard(namespace: uuid.UUID, name: str) -> None:
    assert uuid5(namespace, name) == str(uuid.uuid5(namespace, name))
