"""The tile app behind a socket beside nginx that sends the same bytes from files, in turn in one run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.load import fetch, requests_per_second
from bench.table import Row
from devkit.processes import free_port, port_taken, wait_until

ROOT = Path(__file__).resolve().parents[1]
ALIAS = "a" * 22
TISSUE_BYTES = 100_000  # a tile of tissue alone takes more, one with much air less
ROUNDS = 9
SECONDS = 1.5
PATH_BESIDE = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"  # where Debian and others put nginx
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
{user} worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type application/octet-stream;
  open_file_cache max=1000; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/t1; fastcgi_temp_path {folder}/t2; uwsgi_temp_path {folder}/t3;
  scgi_temp_path {folder}/t4;
  server {{
    listen 127.0.0.1:{port}; root {folder}/files; add_header Content-Encoding gzip;
    add_header Cache-Control "private, max-age=31536000, immutable";
  }}
}}
"""


@dataclass(frozen=True)
class _Side:
    """A server under load."""

    port: int
    process: int
    base: str
    headers: str

    def load(self, names: Sequence[str], seconds: float) -> tuple[float, float]:
        """Return requests a second, and the server's processor milliseconds for each."""
        used = _cpu_seconds(self.process)
        rate = requests_per_second(
            self.port, [f"{self.base}/{name}" for name in names], self.headers, seconds=seconds
        )
        return rate, 1e3 * (_cpu_seconds(self.process) - used) / (rate * seconds)


def rows(pack: Path, folder: Path, *, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Row]:
    """Return the rows; where there is no nginx, one that says so.

    Args:
        pack: a sealed pack with tiles that are full of tissue.
        folder: an empty one, for the peer's files.
        rounds: how often each is measured.
        seconds: of each round.
    """
    nginx = shutil.which("nginx", path=PATH_BESIDE)
    if nginx is None:
        return [Row("tile app under load: left out, no nginx found", 0, "")]
    from webapp.imaging.tile_address import COOKIE, binding_of, tile_base

    folder.mkdir(exist_ok=True)
    tiles = _unpack(pack, folder / "files")
    base = tile_base(ALIAS, int(time.time()) + 3600, binding_of("cookie"))
    headers = f"Cookie: {COOKIE}=cookie\r\nAccept-Encoding: gzip\r\n"
    with _nginx(nginx, folder) as theirs, _tile_app(pack) as ours:
        sides = (_Side(*ours, base, headers), _Side(*theirs, "", headers))
        for name, body in tiles.items():
            if any(fetch(side.port, f"{side.base}/{name}", headers) != body for side in sides):
                raise RuntimeError(f"{name} came with other bytes")
        tissue = [name for name, body in tiles.items() if len(body) > TISSUE_BYTES]
        return [
            *_compared("tiles of tissue", tissue, sides, rounds, seconds),
            *_compared("all tiles, air too", list(tiles), sides, rounds, seconds),
            Row("load of the machine meanwhile", os.getloadavg()[0], "processes"),
        ]


def _compared(
    what: str, names: Sequence[str], sides: tuple[_Side, _Side], rounds: int, seconds: float
) -> list[Row]:
    found = np.array([[side.load(names, seconds) for side in sides] for _ in range(rounds)])
    ratios = found[:, 0, 0] / found[:, 1, 0]
    rate, cost = np.median(found, axis=0).T
    peer = f"nginx static; {ratios.min():.2f} to {ratios.max():.2f} in {rounds} rounds"
    return [
        Row(f"tile app under load, {what}", float(rate[0]), "requests/s", peer, float(np.median(ratios))),
        Row(f"processor time a request, {what}", float(cost[0]), "ms", "nginx static", float(cost[0] / cost[1])),
    ]


def _unpack(pack: Path, folder: Path) -> dict[str, bytes]:
    """Write the tiles of the finest level as files; return them by name."""
    from webapp.imaging.pyramid.packfile import PackReader

    reader = PackReader(pack)
    finest = reader.descriptor.max_level
    tiles = {f"{z}/{x}_{y}": reader.body(z, x, y) for z, x, y in reader.descriptor.tiles() if z == finest}
    for name, body in tiles.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return tiles


@contextmanager
def _nginx(program: str, folder: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""  # the folder is this user's alone
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user))
    with _running([program, "-c", str(folder / "nginx.conf")], port, "nginx") as process:
        workers = _children(process)
        yield port, workers[0] if workers else process


@contextmanager
def _tile_app(pack: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "-m", "bench.tile_servers", str(port), str(pack)]
    with _running(command, port, "The tile app") as process:
        yield port, process


@contextmanager
def _running(command: list[str], port: int, name: str) -> Iterator[int]:
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: port_taken("127.0.0.1", port), name)
            yield process.pid
        finally:
            process.terminate()


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listed.read_text().split()] if listed.is_file() else []


def _cpu_seconds(process: int) -> float:
    """Return the processor time of a process so far; 0 where the system does not tell."""
    facts = Path(f"/proc/{process}/stat")
    if not facts.is_file():
        return 0.0
    user, system = facts.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def serve(port: int, pack: Path) -> None:
    """Serve one pack as the product does: uvicorn, one process."""
    import django
    import uvicorn

    django.setup()
    from webapp.imaging.tile_lookup import PackShelf
    from webapp.imaging.tiles import TileApplication

    async def site(*_: Any) -> None:
        raise RuntimeError("not a tile")

    application = TileApplication(site, PackShelf(lambda alias: pack))
    uvicorn.run(application, host="127.0.0.1", port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
