"""Browser and server must spell a value the same way, or no receipt would ever match."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.design.canonical import canonical_hash, canonical_json

NUMBERS = [
    1.0,
    0.1,
    1e21,
    1e20,
    123456789012345680000.0,
    1e-6,
    1e-7,
    1.5e-9,
    -2.5,
    100,
    -0.0,
    5e-324,
    12.25,
    1e100,
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", max_codepoint=0xD7FF)),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text("abcxyz_", min_size=1, max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
def test_canonical_json_keeps_the_value(value):
    # JavaScript spells a large double with all its digits; read as a double it is the same number.
    assert json.loads(canonical_json(value), parse_int=float) == value


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(), min_size=2))
def test_canonical_hash_does_not_depend_on_the_order_of_keys(value):
    assert canonical_hash(value) == canonical_hash(dict(reversed(value.items())))


def test_numbers_are_spelled_as_javascript_spells_them():
    script = "console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0,'utf8'))))"
    node = shutil.which("node")
    assert node, "node is needed for the tests"
    spelled = subprocess.run(
        [node, "-e", script], input=json.dumps(NUMBERS), capture_output=True, text=True, check=True
    )
    assert canonical_json(NUMBERS) == spelled.stdout.strip()


@pytest.mark.parametrize(
    ("value", "error"), [(float("nan"), ValueError), (float("inf"), ValueError), ({1}, TypeError)]
)
def test_canonical_json_refuses_what_json_can_not_hold(value, error):
    with pytest.raises(error):
        canonical_json(value)
