"""The viewer's rows against their limits, in a real Chromium."""

from __future__ import annotations

import pytest

from bench import viewer
from tests.e2e.viewer_site import ViewerSite, serving

pytestmark = pytest.mark.browser


def test_rows_of_the_next_picture_ask_for_no_tile_again(
    browser: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "NEXT_TIMES", 1)
    monkeypatch.setattr(viewer, "picture", lambda size=640: viewer.np.full((size, size), 900, "u2"))
    with serving(ViewerSite(tmp_path)) as site:  # type: ignore[arg-type]
        rows = {row.what: row for row in viewer._next(browser, site)}
    assert rows["tile requests after next, prefetched"].value == 0
    assert rows["next to sharp, not prefetched"].value >= 1000 * viewer.SLOW_S
