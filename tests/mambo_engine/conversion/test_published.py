from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mambo_engine.checkpoint import write_stage
from mambo_engine.config import IntensityConfig, ScheduleConfig
from mambo_engine.conversion import Reading, convert_file
from mambo_engine.errors import BundleError
from mambo_engine.loading import load_denoiser
from tests.mambo_engine.conversion.layouts import (
    diffusion_buffers,
    prefixed,
    published,
    with_rms_norm,
    without_memory,
)

LINEAR = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)


def saved(folder: Path, content: object, name: str = "model.pt") -> Path:
    torch.save(content, folder / name)
    return folder / name


@pytest.mark.parametrize("folder_or_file", ["", "weights.safetensors"])
def test_a_converted_stage_gives_what_the_published_network_gave(
    shared_data: Path, tmp_path: Path, folder_or_file: str
) -> None:
    stage, weights = convert_file(shared_data / "reference_unet/checkpoint.pt")
    write_stage(stage, weights, tmp_path / "out")
    network = load_denoiser(tmp_path / "out" / folder_or_file, device="cpu")
    with np.load(shared_data / "reference_unet/forward.npz") as stored:
        x, t, expected = torch.from_numpy(stored["x"]), torch.from_numpy(stored["t"]), stored["y"][:, :1]
    got = network(x, t).numpy()
    assert np.abs(got - expected).max() < 1e-4
    assert np.linalg.norm(got - expected) / np.linalg.norm(expected) < 1e-5


def test_widths_come_from_the_shapes_and_the_rest_is_the_papers(shared_data: Path) -> None:
    stage, weights = convert_file(shared_data / "reference_unet/checkpoint.pt")
    network = stage.config.network
    assert (network.base_channels, network.multipliers, network.in_channels) == (16, (1, 2, 2, 4, 4), 3)
    assert (network.attention_heads, network.head_channels, network.memory_tokens) == (4, 32, 4)
    assert (network.out_channels, stage.source["output_channels"], len(weights)) == (1, 3, 343)
    assert (stage.config.schedule, stage.config.prediction) == (ScheduleConfig(), "eps")
    assert stage.config.first_timestep == 0
    assert stage.intensity == IntensityConfig(12, kind="affine", mean=0.007, std=0.01)


@pytest.mark.parametrize("prefix", ["", "module.", "module._orig_mod."])
@pytest.mark.parametrize("holder", ["model_state", "model", "state_dict", None])
@pytest.mark.parametrize(("channels", "outputs"), [(1, 1), (3, 1), (3, 3)])
def test_channels_prefix_and_key_of_the_file_make_no_difference(
    tmp_path: Path, prefix: str, holder: str | None, channels: int, outputs: int
) -> None:
    state = published(channels=channels, outputs=outputs, base=16, levels=3)
    content = prefixed(state, prefix)
    stage, weights = convert_file(saved(tmp_path, {holder: content} if holder else content))
    network = stage.config.network
    assert (network.base_channels, network.multipliers, network.in_channels) == (16, (1, 2, 4), channels)
    assert network.out_channels == 1
    assert set(weights) == set(state)
    for name, value in weights.items():
        assert np.array_equal(value, state[name].numpy()[: len(value)])
    assert len(weights["final_conv.weight"]) == 1


def test_half_precision_weights_become_float32(tmp_path: Path) -> None:
    halves = {name: value.to(torch.bfloat16) for name, value in published().items()}
    _, weights = convert_file(saved(tmp_path, halves))
    assert {str(value.dtype) for value in weights.values()} == {"float32"}


def test_a_trainers_file_gives_its_averaged_weights_schedule_and_prediction(tmp_path: Path) -> None:
    raw, averaged = published(), {name: value + 1 for name, value in published().items()}
    alpha_bar = torch.cumprod(1 - LINEAR, 0)
    buffers = diffusion_buffers(LINEAR, loss_weight=alpha_bar)  # snr / (snr + 1) is alpha_bar: v
    own = {**prefixed(raw, "model."), **buffers}
    inner = prefixed({**own, **prefixed(averaged, "model.")}, "ema_model.")
    ema = {"initted": torch.tensor(True), "step": torch.tensor(9), **inner}
    path = saved(tmp_path, {"step": 70, "model": own, "ema": ema, "opt": {"state": {}}, "version": "1.11.1"})
    stage, weights = convert_file(path)
    assert np.array_equal(weights["init_conv.bias"], averaged["init_conv.bias"].numpy())
    assert stage.source["holder"] == "ema"
    assert (stage.config.prediction, stage.config.schedule, stage.source["step"]) == ("v", ScheduleConfig(), 70)
    assert stage.intensity.range == (-1.0, 1.0)
    assert convert_file(path, Reading(holder="model"))[0].source["prefix"] == "model."


@pytest.mark.parametrize(
    ("weight", "prediction"),
    [(lambda snr: snr / snr, "eps"), (lambda snr: snr, "x_0"), (lambda snr: snr.clamp(max=5) / (snr + 1), "v")],
)
def test_the_prediction_is_read_from_the_weights_of_the_loss(tmp_path: Path, weight, prediction: str) -> None:  # type: ignore[no-untyped-def]
    alpha_bar = torch.cumprod(1 - LINEAR, 0)
    buffers = diffusion_buffers(LINEAR, loss_weight=weight(alpha_bar / (1 - alpha_bar)))
    path = saved(tmp_path, {"model": {**prefixed(published(), "model."), **buffers}})
    assert convert_file(path)[0].config.prediction == prediction
    other = "eps" if prediction == "v" else "v"
    with pytest.raises(BundleError, match=f"got prediction {other}, expected {prediction}"):
        convert_file(path, Reading(prediction=other))


def test_a_sigmoid_schedule_is_refused(tmp_path: Path) -> None:
    content = {**prefixed(published(), "model."), **diffusion_buffers(LINEAR.sqrt() / 8)}
    with pytest.raises(BundleError, match="expected the linear or the cosine one"):
        convert_file(saved(tmp_path, {"model": content}))


def test_a_file_without_memory_tokens_runs_like_the_network_without_them(tmp_path: Path) -> None:
    state = without_memory(published())
    stage, weights = convert_file(saved(tmp_path, state), Reading(heads=2))
    network = stage.config.network
    assert (network.memory_tokens, network.attention_heads, network.head_channels) == (0, 2, 4)
    write_stage(stage, weights, tmp_path / "out")
    y = load_denoiser(tmp_path / "out", device="cpu")(torch.randn(1, 1, 16, 16), torch.tensor([3]))
    assert bool(y.isfinite().all())


def test_rms_norm_is_refused_with_reason_and_version(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"RMSNorm .* 5999fc1 .* each pixel by itself.* 1\.8\.0 to 1\.11\.1"):
        convert_file(saved(tmp_path, {"model_state": with_rms_norm(published())}))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("downs.0.2.fn.norm.g", "before 1.8.0"),
        ("time_mlp.0.weights", "Fourier features"),
        ("classes_mlp.0.weight", "class labels joined"),
        ("surprise.weight", r"got \d+ tensors, expected \d+; 1 not known \(surprise.weight\)"),
    ],
)
def test_other_layouts_are_refused_with_their_reason(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(BundleError, match=message):
        convert_file(saved(tmp_path, {**published(), name: torch.ones(3)}))


def test_what_does_not_fit_together_is_refused_by_name(tmp_path: Path) -> None:
    state = published()
    without = {name: value for name, value in state.items() if name != "mid_block1.block1.norm.bias"}
    with pytest.raises(BundleError, match=r"1 missing \(mid_block1\.block1\.norm\.bias\)"):
        convert_file(saved(tmp_path, without))
    with pytest.raises(BundleError, match=r"time_mlp\.1\.weight got shape \(32, 9\), expected \(32, 8\)"):
        convert_file(saved(tmp_path, {**state, "time_mlp.1.weight": torch.ones(32, 9)}))
    with pytest.raises(BundleError, match="bias got NaN"):
        convert_file(saved(tmp_path, {**state, "init_conv.bias": torch.full((8,), torch.nan)}))
    with pytest.raises(BundleError, match="got 2 output channels, expected 1; learned variances"):
        convert_file(saved(tmp_path, published(outputs=2)))
    with pytest.raises(BundleError, match="multiple of norm_groups"):
        convert_file(saved(tmp_path, state), Reading(groups=3))
