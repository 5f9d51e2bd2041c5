from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from tensorboardX.proto.event_pb2 import Event

from mambo_engine.training.log import HELD_OUT, LOSSES, RunLog, read_curve


def events(folder: Path) -> list[Event]:
    """Events of all files in a folder: records of length, check sum, data, check sum."""
    found = []
    for path in sorted(folder.glob("events.*")):
        data, at = path.read_bytes(), 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 8], "little")
            found.append(Event.FromString(data[at + 12 : at + 12 + length]))
            at += 16 + length
    return found


def test_a_resumed_log_is_cut_to_the_checkpoint_and_goes_on(tmp_path: Path) -> None:
    log = RunLog(tmp_path, iteration=0)
    for iteration in (50, 100, 150):
        log.losses(iteration, 1 / iteration, 1.0, rate=1e-3)
        log.held_out(iteration, 2 / iteration)
    log.close()
    (tmp_path / LOSSES).write_text((tmp_path / LOSSES).read_text() + "20")  # cut by a kill
    log = RunLog(tmp_path, iteration=100)
    log.losses(150, 0.5, 2.0, rate=1e-3)
    log.close()
    assert read_curve(tmp_path / LOSSES) == [(50, 0.02), (100, 0.01), (150, 0.5)]
    assert [iteration for iteration, _ in read_curve(tmp_path / HELD_OUT)] == [50, 100]


def test_events_hold_the_scalars_and_the_pictures(tmp_path: Path) -> None:
    log = RunLog(tmp_path, iteration=0)
    log.losses(50, 0.25, 1.0, rate=1e-3)
    log.held_out(50, 0.5)
    log.picture(50, np.eye(8, dtype=np.uint8) * 255)
    log.close()
    values = {value.tag: value for event in events(tmp_path / "events") for value in event.summary.value}
    assert values["loss"].simple_value == 0.25
    assert values["held_out_loss"].simple_value == 0.5
    assert (values["drawn"].image.width, values["drawn"].image.height) == (8, 8)
    with Image.open(tmp_path / "pictures" / "0000050.png") as picture:
        assert picture.size == (8, 8)


def test_a_log_without_events_writes_csv_alone(tmp_path: Path) -> None:
    log = RunLog(tmp_path, iteration=0, events=False)
    log.losses(50, 0.25, 1.0, rate=1e-3)
    log.close()
    assert [path.name for path in tmp_path.iterdir()] == [LOSSES]
    assert read_curve(tmp_path / HELD_OUT) == []
