"""The tile app: what it sends, what it refuses, what its answers tell."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from tests.webapp.imaging.drawing import draw_breast
from webapp.core.errors import StorageError
from webapp.imaging.pyramid.codec import decode_tile
from webapp.imaging.pyramid.growing import GrowingPyramid, open_pack
from webapp.imaging.pyramid.packfile import PackReader, write_pack
from webapp.imaging.tile_address import COOKIE, binding_of, tile_base
from webapp.imaging.tile_lookup import REMEMBER_S, PackShelf
from webapp.imaging.tiles import TileApplication

NOW = 1_800_000_000
EXPIRES = NOW + 3600
ALIAS, OTHER = "a" * 22, "b" * 22
MINE, THEIRS = "cookie-of-this-browser", "cookie-of-another-one"
PIXELS = draw_breast(700, 600)


class Clock:
    now = float(NOW)

    def __call__(self):
        return self.now


async def site(scope, receive, send):
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"site"})


@pytest.fixture
def shelf(tmp_path):
    path = tmp_path / "one.pack"
    write_pack(path, PIXELS, bits=12)
    asked = []

    def resolve(alias):
        asked.append(alias)
        return path if alias == ALIAS else None

    shelf = PackShelf(resolve, Clock())
    shelf.asked = asked
    return shelf


@pytest.fixture
def application(shelf):
    return TileApplication(site, shelf, Clock())


async def ask(application, path, *, method="GET", cookie=MINE, headers=(), gzip_header=b"gzip, deflate, br"):
    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    if cookie:
        scope["headers"].append((b"cookie", f"sessionid=x; {COOKIE}={cookie}".encode()))
    if gzip_header:
        scope["headers"].append((b"accept-encoding", gzip_header))
    sent = []

    async def send(message):
        sent.append(message)

    await application(scope, None, send)
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


def base(alias=ALIAS, *, expires=EXPIRES, cookie=MINE):
    return tile_base(alias, expires, binding_of(cookie))


async def test_a_tile_is_sent_exactly_and_may_be_cached_for_ever(application):
    status, headers, body = await ask(application, base() + "/10/1_1")
    assert status == 200
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"content-type"] == b"application/octet-stream"
    assert headers[b"cache-control"] == b"private, max-age=31536000, immutable"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert (decode_tile(body, 600 - 511, 700 - 511) == PIXELS[511:, 511:]).all()


async def test_headers_tell_neither_time_nor_content(application):
    _, headers, body = await ask(application, base() + "/10/0_0")
    allowed = {
        b"content-type", b"content-encoding", b"content-length", b"cache-control", b"x-content-type-options",
        b"cross-origin-resource-policy", b"referrer-policy", b"etag",
    }  # fmt: skip
    assert set(headers) == allowed
    assert headers[b"etag"] == (await ask(application, base() + "/10/1_1"))[1][b"etag"]  # of no content
    assert len(body) % 8192 == 0
    assert gzip.decompress(body)


async def test_head_has_the_length_and_no_body(application):
    status, headers, body = await ask(application, base() + "/9/0_0", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers[b"content-length"]) > 0


@pytest.mark.parametrize("tags", [b'"1"', b'W/"1"', b'"0", "1"', b"*"])
async def test_who_has_a_tile_is_told_that_it_is_unchanged(application, tags):
    asked = [(b"if-none-match", tags)]
    status, headers, body = await ask(application, base() + "/9/0_0", headers=asked)
    assert (status, body, headers[b"etag"]) == (304, b"", b'"1"')
    assert b"content-length" not in headers
    assert headers[b"cache-control"] == b"private, max-age=31536000, immutable"
    assert (await ask(application, base() + "/9/9_9", headers=asked))[0] == 404
    assert (await ask(application, base() + "/9/0_0", headers=asked, cookie="other"))[0] == 403


async def test_who_has_another_tile_gets_this_one(application):
    assert (await ask(application, base() + "/9/0_0", headers=[(b"if-none-match", b'"2"')]))[0] == 200


async def test_range_is_ignored(application):
    status, _, body = await ask(application, base() + "/9/0_0", headers=[(b"range", b"bytes=0-3")])
    assert status == 200
    assert len(body) > 4


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_405(application, method):
    status, headers, body = await ask(application, base() + "/9/0_0", method=method)
    assert (status, headers[b"allow"], body) == (405, b"GET, HEAD", b"")


@pytest.mark.parametrize(
    "tile",
    [
        "9/1_0", "9/0_1", "8/0_0", "11/0_0", "10/2_0", "10/0_2", "99/0_0", "10/999_0", "10/1_0_", "10/1-0",
        "10/-1_0", "10/+1_0", "10/ 1_0", "10/1_0 ", "10/01_0", "010/0_0", "10/1_0\n", "10/1__0", "10/1000_0",
        "10/١_0", "10/1_0/", "10/../10/0_0", "10/%2e%2e/0_0", "10", "", "../../etc/passwd",
    ],
)  # fmt: skip
async def test_unknown_tiles_and_bad_forms_are_404(application, tile):
    assert (await ask(application, f"{base()}/{tile}"))[0] == 404


async def test_unknown_alias_with_a_right_signature_is_404(application):
    assert (await ask(application, base(OTHER) + "/9/0_0"))[0] == 404


async def test_a_store_that_is_away_is_503_so_that_the_viewer_asks_again(tmp_path):
    def away(alias):
        raise StorageError("away")

    status, headers, _ = await ask(TileApplication(site, PackShelf(away, Clock()), Clock()), f"{base()}/10/0_0")
    assert status == 503
    assert headers[b"retry-after"] == b"2"


def swapped(path):
    return path.replace(ALIAS, OTHER)


def shortened(path):
    return path.replace("/9/0_0", "")[:-1] + "/9/0_0"


def later(path):
    return path.replace(str(EXPIRES), str(EXPIRES + 9))


def flipped(path):
    head, _, tail = path.partition("/9/0_0")
    return head[:-2] + ("A" if head[-2] != "A" else "B") + head[-1] + "/9/0_0" + tail


@pytest.mark.parametrize("forge", [swapped, shortened, later, flipped])
async def test_forged_addresses_are_403(application, shelf, forge):
    assert (await ask(application, forge(base() + "/9/0_0")))[0] == 403
    assert shelf.asked == []  # the signature is checked before anybody is asked


async def test_expired_addresses_are_403(application):
    assert (await ask(application, base(expires=NOW) + "/9/0_0"))[0] == 403
    assert (await ask(application, base() + "/9/0_0"))[0] == 200
    application.clock.now = EXPIRES + 1
    assert (await ask(application, base() + "/9/0_0"))[0] == 403


@pytest.mark.parametrize("cookie", [THEIRS, "", "é", '"'])
async def test_another_browser_gets_403(application, cookie):
    assert (await ask(application, base() + "/9/0_0", cookie=cookie))[0] == 403


async def test_refusals_look_alike_and_are_not_cached(application):
    answers = [
        await ask(application, base() + "/9/5_5"),
        await ask(application, base(OTHER) + "/9/0_0"),
        await ask(application, base() + "/9/0_0", cookie=THEIRS),
        await ask(application, "/t/" + "x" * 400),
    ]
    assert {body for _, _, body in answers} == {b""}
    assert {headers[b"cache-control"] for _, headers, _ in answers} == {b"no-store"}
    assert len({tuple(sorted(headers)) for _, headers, _ in answers}) == 1


@pytest.mark.parametrize(
    ("header", "status"),
    [(b"gzip", 200), (b"br, *;q=0.1", 200), (b"gzip;q=0", 406), (b"identity", 406), (None, 406)],
)
async def test_a_client_must_take_gzip(application, header, status):
    assert (await ask(application, base() + "/9/0_0", gzip_header=header))[0] == status


async def test_an_alias_is_looked_up_once_and_again_after_a_minute(application, shelf):
    for _ in range(3):
        await ask(application, base() + "/9/0_0")
    assert shelf.asked == [ALIAS]
    shelf._clock.now += REMEMBER_S + 1
    await ask(application, base() + "/9/0_0")
    assert shelf.asked == [ALIAS, ALIAS]


async def test_a_forgotten_alias_is_asked_for_at_once(application, shelf):
    await ask(application, base() + "/9/0_0")
    shelf.forget(ALIAS)
    shelf._resolve = lambda alias: None
    assert (await ask(application, base() + "/9/0_0"))[0] == 404


async def test_a_damaged_tile_is_not_served_and_a_repaired_pack_is_read_anew(application, tmp_path, caplog):
    path = tmp_path / "one.pack"
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[-20] ^= 1
    path.write_bytes(damaged)
    level = PackReader(path).descriptor.max_level
    x, y = (count - 1 for count in PackReader(path).descriptor.level_tiles(level))
    status, headers, body = await ask(application, f"{base()}/{level}/{x}_{y}")
    assert (status, body, headers[b"cache-control"]) == (500, b"", b"no-store")
    assert "is damaged" in caplog.text
    path.write_bytes(whole)
    assert (await ask(application, f"{base()}/{level}/{x}_{y}"))[0] == 200


async def test_a_growing_pack_serves_its_newest_tiles_and_keeps_them_out_of_caches(application, tmp_path):
    (tmp_path / "one.pack").unlink()
    growing = GrowingPyramid(tmp_path / "one.pack", np.zeros((1000, 1000), np.uint16), bits=12)
    reader, bodies = open_pack(tmp_path / "one.pack"), []
    for value in (1, 2):
        growing.write_region(0, 0, np.full((513, 513), value, np.uint16))
        growing.publish()
        status, headers, body = await ask(application, f"{base()}/10/0_0")
        assert (status, headers[b"cache-control"], body) == (200, b"no-store", reader.body(10, 0, 0))
        assert b"etag" not in headers
        bodies.append(bytes(body))
    assert bodies[0] != bodies[1]


async def test_everything_else_goes_to_the_site(application):
    for path in ("/", "/library/", "/t", "/tiles/"):
        assert (await ask(application, path))[0] == 299


async def test_lifespan_is_answered(application):
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent = []

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message["type"])

    await application({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
