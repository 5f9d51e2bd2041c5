from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mambo_engine.anomaly import AnomalySettings, segment
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.data.intensity import network_from_linear
from mambo_engine.errors import ConfigError, DataError

BREAST = np.zeros((16, 16), dtype=bool)
BREAST[:, :13] = True


def healthy_image() -> np.ndarray:
    rows, columns = np.mgrid[:16, :16]
    return np.where(BREAST, 0.3 + 0.01 * rows + 0.005 * columns, 0).astype(np.float32)


def knowing(cascade: Cascade, image: np.ndarray) -> Cascade:
    """A cascade whose first stage draws this image whatever it starts from."""
    stage = cascade.stages["global"]
    x_0 = torch.from_numpy(network_from_linear(image, stage.intensity))[None, None]

    def denoiser(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        signal, noise = (f(int(t[0])).float() for f in (stage.schedule.signal, stage.schedule.noise))
        return (signal * x[:, :1] - x_0) / noise

    return replace(cascade, stages={**cascade.stages, "global": replace(stage, denoiser=denoiser)})


def test_a_lesion_that_the_model_would_not_draw_is_found_where_it_is(tiny_cascade: Cascade) -> None:
    healthy, image = healthy_image(), healthy_image()
    image[6:9, 4:7] += 0.5
    result = segment(knowing(tiny_cascade, healthy), image, BREAST, AnomalySettings(steps=10, draws=3), seed=2)
    assert result.mask[6:9, 4:7].all()
    assert result.mask.sum() <= 13
    assert (result.seed, result.noise_level, result.draws) == (2, 700, 3)
    assert result.threshold == pytest.approx(0.3 * result.map.max())
    assert not result.map[~result.inside].any()


def test_nothing_is_found_in_an_image_that_the_model_would_draw(tiny_cascade: Cascade) -> None:
    result = segment(knowing(tiny_cascade, healthy_image()), healthy_image(), BREAST, AnomalySettings(steps=10))
    assert result.map.max() < 1e-3


def test_the_same_seed_gives_the_same_map(tiny_cascade: Cascade) -> None:
    first, again, other = (
        segment(tiny_cascade, healthy_image(), BREAST, AnomalySettings(steps=4), seed=seed, labels={"birads": "1"})
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first.map, again.map)
    assert not np.array_equal(first.map, other.map)


def test_what_does_not_fit_is_refused(tiny_cascade: Cascade) -> None:
    with pytest.raises(DataError, match="breast mask: got shape"):
        segment(tiny_cascade, healthy_image(), BREAST[:8])
    with pytest.raises(DataError, match="after an erosion of 40 px"):
        segment(tiny_cascade, healthy_image(), BREAST, AnomalySettings(erosion=40))
    with pytest.raises(ConfigError, match="label 'age'"):
        segment(tiny_cascade, healthy_image(), BREAST, labels={"age": "50"})
    with pytest.raises(ConfigError, match="seed"):
        segment(tiny_cascade, healthy_image(), BREAST, seed=-1)
