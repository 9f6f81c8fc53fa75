"""JSON that no parser may fall over: any shape, the names a reader looks for, and the breakage of real senders."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

#: What no reader of JSON may hang on, and each is refused or read as nothing.
BREAKAGE = (
    b"",
    b"\0\0\0\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 900 + b"]" * 900,
    b'{"alerts": [' * 80 + b"]}" * 80,
    b"9" * 10_000,
    b"[" + b"0," * 4_000_000 + b"0]",
    b"[" + b'{"labels":{}},' * 200_000 + b"0]",
    b'{"alerts": [{"labels": {"alertname": "\\ud800"}}',
    b'{"alerts": NaN}',
    b'"' + b"x" * 1_000_000,
    "{“alerts”: []}".encode("utf-16"),
    b"\x80\x81\x82",
)


def shapes(names: Sequence[str], words: Sequence[str]) -> st.SearchStrategy[bytes]:
    """Return JSON of any shape in which the names and words that a reader looks for stand in wrong places too."""
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(words),
    )
    keys = st.one_of(st.sampled_from(names), st.text(max_size=8))
    values = st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=6)),
        max_leaves=25,
    )
    return values.map(lambda value: json.dumps(value).encode("ascii"))
