"""Which extractor an option names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mambo_engine.evaluation.features import Extractor

HELP = "texture-16 (default), labels-256, a folder of `mambo extractor`, or a TorchScript file"


def chosen_extractor(name: str, *, crop_px: int | None = None) -> Extractor:
    """Open the extractor of a name, a folder or a file.

    Args:
        name: texture-16, labels-256, a folder made by `extractor`, or a TorchScript file.
        crop_px: side of the crops that texture-16 looks at; default its own.

    Raises:
        BundleError: the folder holds no extractor, or it was changed.
        ConfigError: the file cannot be used.
    """
    from mambo_engine.evaluation import label_extractor
    from mambo_engine.evaluation.features import TEXTURE, TextureExtractor
    from mambo_engine.evaluation.network_features import open_extractor

    if name == TEXTURE:
        return TextureExtractor() if crop_px is None else TextureExtractor(side=crop_px, stride=crop_px)
    if name == label_extractor.NAME:
        return label_extractor.open_extractor()
    return label_extractor.open_extractor(Path(name)) if Path(name).is_dir() else open_extractor(Path(name))
