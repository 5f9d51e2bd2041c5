from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.events import PatchEvent
from mambo_engine.cascade.sampling import ImageRequest, Plan
from mambo_engine.cascade.state import CascadeState
from mambo_engine.errors import ConfigError, DataError

REQUESTS = [ImageRequest({"birads": "4"}, 7), ImageRequest({"view": "MLO"}, 8)]
PLAN = Plan(max_batch=5, skip_background=False)


def states_of(cascade: Cascade, **options: Any) -> list[CascadeState]:
    states: list[CascadeState] = []
    cascade.sample_many(REQUESTS, plan=PLAN, on_state=states.append, **options)
    return states


@pytest.mark.parametrize(
    "options",
    [{}, {"sampler": "dpmpp_2m_sde"}, {"sampler": "ddpm", "redraw_known": True}, {"sampler": "ddim", "eta": 0.7}],
)
def test_a_resumed_drawing_is_bit_equal_to_the_undisturbed_one(
    tiny_cascade: Cascade, tmp_path: Path, options: dict[str, Any]
) -> None:
    states: list[CascadeState] = []
    options = {**options, "steps": 2, "plan": PLAN}
    whole = tiny_cascade.sample_many(REQUESTS, on_state=states.append, **options)
    assert len(states) > 20
    for number in (2, len(states) // 2):
        states[number].save(tmp_path / "state.npz")
        again = tiny_cascade.sample_many(REQUESTS, state=CascadeState.load(tmp_path / "state.npz"), **options)
        for one, other in zip(whole, again, strict=True):
            assert np.array_equal(one.global_image, other.global_image)
            assert np.array_equal(one.local_image, other.local_image)
            assert np.array_equal(one.image, other.image)


@pytest.mark.parametrize("sampler", ["dpmpp_2m", "ddim"])
def test_a_resumed_joint_drawing_goes_on_from_any_step(
    tiny_cascade: Cascade, tmp_path: Path, sampler: str
) -> None:
    states: list[CascadeState] = []
    options: dict[str, Any] = {"steps": 3, "aggregation": "joint", "sampler": sampler}
    whole = tiny_cascade.sample_many(REQUESTS, on_state=states.append, **options)
    steps = [(state.stage, state.step) for state in states]
    assert steps == [("global", 0), *(("local", n) for n in (1, 2, 0)), *(("patch", n) for n in (1, 2, 0))]
    for state in states:
        state.save(tmp_path / "state.npz")
        again = tiny_cascade.sample_many(REQUESTS, state=CascadeState.load(tmp_path / "state.npz"), **options)
        assert all(np.array_equal(one.image, other.image) for one, other in zip(whole, again, strict=True))


def test_a_resumed_drawing_sends_no_event_again_and_counts_on(tiny_cascade: Cascade) -> None:
    first: list[PatchEvent] = []
    taken: list[tuple[int, CascadeState]] = []
    plan = Plan(skip_background=False)
    tiny_cascade.sample(
        seed=7, steps=1, plan=plan, on_patch=first.append, on_state=lambda s: taken.append((len(first), s))
    )
    count, state = taken[6]
    rest: list[PatchEvent] = []
    tiny_cascade.sample(seed=7, steps=1, plan=plan, on_patch=rest.append, state=state)
    assert [(e.stage, e.done, e.row, e.column) for e in rest] == [
        (e.stage, e.done, e.row, e.column) for e in first[count:]
    ]


def test_a_drawing_resumes_under_another_cut_to_rounding(tiny_cascade: Cascade) -> None:
    state = states_of(tiny_cascade, steps=2)[20]
    cut = Plan(max_batch=2, buckets=(2,), skip_background=False)
    whole = tiny_cascade.sample_many(REQUESTS, steps=2, plan=PLAN)
    again = tiny_cascade.sample_many(REQUESTS, steps=2, plan=cut, state=state)
    np.testing.assert_allclose(again[1].image, whole[1].image, atol=1e-4)


@pytest.mark.parametrize(
    ("requests", "options"),
    [
        ([REQUESTS[0], ImageRequest({"view": "MLO"}, 9)], {}),
        ([REQUESTS[0], ImageRequest({"view": "CC"}, 8)], {}),
        (REQUESTS[:1], {}),
        (REQUESTS, {"steps": 3}),
        (REQUESTS, {"redraw_known": True}),
        (REQUESTS, {"plan": Plan()}),
    ],
)
def test_a_state_of_another_drawing_is_refused(
    tiny_cascade: Cascade, requests: list[ImageRequest], options: dict[str, Any]
) -> None:
    state = states_of(tiny_cascade, steps=1)[3]
    with pytest.raises(ConfigError, match="state: got one of another drawing"):
        tiny_cascade.sample_many(requests, **{"steps": 1, "plan": PLAN, **options}, state=state)


def test_a_state_of_another_model_is_refused(tiny_cascade: Cascade) -> None:
    state = states_of(tiny_cascade, steps=1)[3]
    other = Cascade(tiny_cascade.stages, tiny_cascade.vocabulary, tiny_cascade.defaults, identity="another")
    with pytest.raises(ConfigError, match="the same model"):
        other.sample_many(REQUESTS, steps=1, plan=PLAN, state=state)


def test_a_refined_image_resumes_from_the_same_given_image_only(tiny_cascade: Cascade) -> None:
    given = np.tile(np.linspace(0.9, 0.1, 16, dtype=np.float32), (16, 1))
    states: list[CascadeState] = []
    whole = tiny_cascade.refine(given, seed=3, steps=2, on_state=states.append)
    again = tiny_cascade.refine(given, seed=3, steps=2, state=states[1])
    assert np.array_equal(whole.image, again.image)
    with pytest.raises(ConfigError, match="another drawing"):
        tiny_cascade.refine(given[:, ::-1].copy(), seed=3, steps=2, state=states[1])


def test_save_leaves_the_old_file_when_the_write_fails(
    tiny_cascade: Cascade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, path = states_of(tiny_cascade, steps=1)[0], tmp_path / "state.npz"
    state.save(path)
    before = path.read_bytes()

    def full(*_args: object, **_arrays: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space left"):
        state.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"not a state"])
def test_load_refuses_a_file_that_is_no_state(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"state\.npz: not a saved drawing"):
        CascadeState.load(path)


def test_load_refuses_a_pickle_a_cut_file_and_a_missing_one(tiny_cascade: Cascade, tmp_path: Path) -> None:
    pickled = tmp_path / "pickled.npz"
    np.savez(pickled, head=np.array([{"a": 1}], dtype=object))
    cut = tmp_path / "cut.npz"
    states_of(tiny_cascade, steps=1)[0].save(cut)
    cut.write_bytes(cut.read_bytes()[:-200])
    foreign = tmp_path / "foreign.npz"
    np.savez(foreign, head=np.array(["other/1", "0", "local"]), pixels=np.zeros(1), done=np.zeros(1))
    for path in (pickled, cut, foreign, tmp_path / "missing.npz"):
        with pytest.raises(DataError, match=path.name):
            CascadeState.load(path)
