"""What every test may use. Services start in session_settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services import CHROMIUM_ARGS, chromium

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real mammograms beside the project; a test that needs it skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data not present")
    return SHARED_DATA


@pytest.fixture(scope="session")
def ge_dicom(shared_data: Path) -> Path:
    """A real full-field R MLO, 3062 × 2394, 12 bit, JPEG Lossless."""
    return shared_data / "dicom" / "GE_SenographeEssential_R_MLO_forPresentation_JPEGLL.dcm"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start the system's Chromium: no test tool downloads a browser of its own."""
    return {"executable_path": chromium(), "args": CHROMIUM_ARGS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A radiologist's desk: a 1440 × 900 window at one device pixel a pixel."""
    return {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: Playwright keeps an event loop in this thread, where Django refuses the database."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
