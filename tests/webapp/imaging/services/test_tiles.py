"""Who may have which tiles: bound to one browser session, and gone with it."""

from __future__ import annotations

import re

import pytest

from webapp.imaging.models import TileAlias
from webapp.imaging.selectors import tile_pack_path
from webapp.imaging.services import SESSION_KEY, tiles_grant, tiles_revoke, tiles_sweep
from webapp.imaging.tile_address import is_signed

pytestmark = pytest.mark.django_db
BASE = re.compile(r"/t/([\w-]{22})/(\d{10})/([\w-]{22})")


@pytest.fixture
def browser(rf):
    request = rf.get("/")
    request.session = {}
    return request


def test_grant_signs_for_this_session_only(image, browser, rf):
    alias, expires, signature = BASE.fullmatch(tiles_grant(browser, image)).groups()
    assert is_signed(alias, expires, signature, browser.session[SESSION_KEY]["cookie"])
    assert not is_signed(alias, expires, signature, "another cookie")
    assert tile_pack_path(alias) == image.pack_path
    assert browser.tiles_granted


def test_grant_is_stable_in_a_session_and_disjoint_between_sessions(image, browser, rf):
    first = tiles_grant(browser, image)
    assert tiles_grant(browser, image) == first
    other = rf.get("/")
    other.session = {}
    assert BASE.fullmatch(tiles_grant(other, image))[1] != BASE.fullmatch(first)[1]
    assert TileAlias.objects.count() == 2


def test_same_picture_has_another_name_for_another_purpose(image, browser):
    first, again = (tiles_grant(browser, image, purpose=trial) for trial in ("a" * 22, "b" * 22))
    assert first != again
    assert tiles_grant(browser, image, purpose="a" * 22) == first
    assert tile_pack_path(BASE.fullmatch(first)[1]) == tile_pack_path(BASE.fullmatch(again)[1]) == image.pack_path


def test_grant_renews_addresses_that_would_end_within_the_hour(image, browser, settings):
    settings.TILE_URL_LIFETIME_S = 1800
    short = tiles_grant(browser, image)
    settings.TILE_URL_LIFETIME_S = 43200
    renewed = tiles_grant(browser, image)
    assert BASE.fullmatch(renewed)[1] == BASE.fullmatch(short)[1]
    assert int(BASE.fullmatch(renewed)[2]) > int(BASE.fullmatch(short)[2])
    assert TileAlias.objects.get().expires_at.timestamp() == int(BASE.fullmatch(renewed)[2])


def test_alias_tells_nothing_of_the_image(image, browser):
    base = tiles_grant(browser, image)
    assert image.token not in base
    assert image.pack_key not in base


def test_revoke_ends_every_address_of_the_session(image, browser):
    alias = BASE.fullmatch(tiles_grant(browser, image))[1]
    tiles_revoke(browser.session[SESSION_KEY]["cookie"])
    assert tile_pack_path(alias) is None


def test_sweep_removes_only_expired_aliases(image, browser, rf, settings):
    tiles_grant(browser, image)
    old = rf.get("/")
    old.session = {}
    settings.TILE_URL_LIFETIME_S = -10
    tiles_grant(old, image)
    assert tiles_sweep() == 1
    assert TileAlias.objects.count() == 1
