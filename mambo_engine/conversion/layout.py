"""Reads the shape of a network from the shapes of its tensors, and says why a foreign one can't be read.

Facts on the layout by version of denoising-diffusion-pytorch: before 1.8.0 (2023-06-19) weight-standardized
convolutions and LayerNorm; 1.8.0 to 1.8.15 GroupNorm without memory tokens; 1.9.0 (2023-10-06) to 1.11.1 GroupNorm
with memory tokens, which is MAMBO's; from 2.0.0 (2024-05-03, commit 5999fc1) RMSNorm in the residual blocks.
"""

from __future__ import annotations

from collections.abc import Mapping

from mambo_engine.config import NetworkConfig
from mambo_engine.errors import BundleError, ConfigError

Shapes = Mapping[str, tuple[int, ...]]

_READABLE = "expected the layout of denoising-diffusion-pytorch 1.8.0 to 1.11.1 (GroupNorm), which is MAMBO's"

_FOREIGN = {
    "block1.norm.g": (
        "got RMSNorm in the residual blocks (2.0.0 and later, commit 5999fc1 of 2024-05-03): it normalizes each "
        "pixel by itself, GroupNorm groups of channels over the whole image, so no weights of one give the other"
    ),
    ".fn.norm.": (
        "got normalization wrapped around the attention (before 1.8.0 of 2023-06-19): most of those versions have "
        "LayerNorm there and weight-standardized convolutions, and the tensors do not tell which have not"
    ),
    "time_mlp.0.weights": "got learned or random Fourier features of the timestep, which this network has not",
    "classes_mlp.": "got class labels joined to the timestep in every block; labels are added to it here",
}


def refuse_foreign(shapes: Shapes, where: object) -> None:
    """Refuse the layouts whose arithmetic is another.

    Raises:
        BundleError: with the reason, and the versions that can be read.
    """
    for mark, reason in _FOREIGN.items():
        if any(mark in name for name in shapes):
            raise BundleError(f"{where}: {reason}; {_READABLE}")


def network_config(shapes: Shapes, where: object, *, groups: int = 8, heads: int = 4) -> NetworkConfig:
    """Read the settings of the network.

    Args:
        shapes: of its tensors, names without prefix.
        where: file for the messages.
        groups: of GroupNorm; no shape tells it.
        heads: of attention; used only where there are no memory tokens to tell it.

    Raises:
        BundleError: the shapes are those of no such network.
    """
    try:
        return _read(shapes, groups, heads)
    except (KeyError, IndexError, ZeroDivisionError) as error:
        raise BundleError(f"{where}: got no tensor {error}, {_READABLE}") from error
    except ConfigError as error:
        raise BundleError(f"{where}: {error}") from error


def _read(shapes: Shapes, groups: int, heads: int) -> NetworkConfig:
    base, in_channels = shapes["init_conv.weight"][:2]
    levels = 1 + max(int(name.split(".")[1]) for name in shapes if name.startswith("downs."))
    blocks = sum(f"downs.0.{index}.block1.proj.weight" in shapes for index in range(8))
    resize = f"{blocks + 1}"
    widths = []
    for level in range(levels):
        own = f"downs.{level}.{resize}"
        name = f"{own}.weight" if level == levels - 1 else f"{own}.1.weight"
        widths.append(shapes[name][0])
    uneven = [width for width in widths if width % base]
    if uneven:
        raise ConfigError(f"got a level of {uneven[0]} channels, expected multiples of the first width, {base}")
    hidden = shapes["mid_attn.to_qkv.weight"][0] // 3
    memory = shapes.get("mid_attn.mem_kv", (2, heads, 0, hidden // heads))
    return NetworkConfig(
        in_channels=in_channels,
        out_channels=shapes["final_conv.weight"][0],
        base_channels=base,
        multipliers=tuple(width // base for width in widths),
        blocks_per_level=blocks,
        norm_groups=groups,
        attention_heads=memory[1],
        head_channels=memory[3],
        memory_tokens=memory[2],
        linear_attention=levels == 1 or f"downs.0.{blocks}.to_qkv.weight" in shapes,
    )
