"""From checkpoints in the published layout to stages and bundles of ours."""

from mambo_engine.conversion.assembly import Declaration, assemble_bundle
from mambo_engine.conversion.published import Reading, convert_file

__all__ = ["Declaration", "Reading", "assemble_bundle", "convert_file"]
