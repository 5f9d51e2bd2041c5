"""Files into the library and pyramids onto the disk: a thousand pictures, and `dzsave` as the peer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.table import Row
from bench.tiles import picture

ROOT = Path(__file__).resolve().parents[1]
COUNT = 1000
ROWS, COLUMNS = 1024, 832  # the default canvas of a study
LOOK_S = 0.05
ROUNDS = 3

BUILD = """
import json, sys, time
from pathlib import Path
import numpy as np
pixels, folder = np.load(sys.argv[2]), Path(sys.argv[3])
if sys.argv[1] == "ours":
    from webapp.imaging.pyramid.packfile import write_pack
    build = lambda name: write_pack(folder / f"{name}.pack", pixels, bits=12)
else:
    import pyvips
    gray = lambda: pyvips.Image.new_from_array(pixels).copy(interpretation="grey16")  # else it is cut to 8 bits
    options = {"suffix": ".png", "tile_size": 512, "overlap": 1, "depth": "onetile"}
    build = lambda name: gray().dzsave(str(folder / name), **options)
peak = lambda: int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1]) / 1000
before, times, cpu = peak(), [], time.process_time()
for number in range(3):
    started = time.perf_counter()
    build(str(number))
    times.append(time.perf_counter() - started)
cpu = (time.process_time() - cpu) / 3
if sys.argv[1] == "vips":
    from PIL import Image
    last = max((path for path in (folder / "0_files").iterdir() if path.is_dir()), key=lambda path: int(path.name))
    if not np.array_equal(np.asarray(Image.open(last / "1_1.png")), pixels[511:1025, 511:1025]):
        sys.exit("the peer's tiles are not exact")
made = [folder / "0.pack"] if sys.argv[1] == "ours" else (folder / "0_files").rglob("*.png")
size = sum(file.stat().st_size for file in made)
print(json.dumps({"seconds": sorted(times)[1], "cpu": cpu, "peak": peak(), "before": before, "size": size / 1e6}))
"""


def measure(*, quick: bool = False) -> list[Row]:
    """Return the rows; quick ones are small and mean little."""
    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        return [*_pyramid_rows(Path(folder)), *_ingest_rows(Path(folder), 20 if quick else COUNT)]


def _pyramid_rows(folder: Path) -> list[Row]:
    np.save(folder / "pixels.npy", picture())
    ours = _build("ours", folder)
    try:
        import pyvips  # noqa: F401
    except (ImportError, OSError):
        return [Row("pyramid (no peer: pip install mambo-reader[bench])", ours["seconds"], "s")]
    rounds = [(_build("ours", folder), _build("vips", folder)) for _ in range(ROUNDS)]
    ours, theirs = ({key: sorted(one[side][key] for one in rounds)[1] for key in ours} for side in (0, 1))
    peer = "dzsave, 16-bit PNG"
    return [
        Row("pyramid of 3840 × 3840, 12 bit", ours["seconds"], "s", peer, ours["seconds"] / theirs["seconds"]),
        Row("processor time of it", ours["cpu"], "s", peer, ours["cpu"] / theirs["cpu"]),
        Row("its size", ours["size"], "MB", peer, ours["size"] / theirs["size"]),
        Row("peak of the process", ours["peak"], "MB", peer, ours["peak"] / theirs["peak"]),
        Row("of which it held before (Python and the picture)", ours["before"], "MB"),
    ]


def _build(which: str, folder: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        command = [sys.executable, "-c", BUILD, which, str(folder / "pixels.npy"), place]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _ingest_rows(folder: Path, count: int) -> list[Row]:
    files = folder / "in"
    files.mkdir()
    base = picture(1280)[100 : 100 + ROWS, :COLUMNS]
    for number in range(count):
        Image.fromarray(_variant(base, number)).save(files / f"{number:04}.png", compress_level=1)
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "MAMBO_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.demo",
        "OMP_NUM_THREADS": "1",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    seconds, peak, largest = _watched(environment, files)
    again, _, _ = _watched(environment, files)
    return [
        Row(f"ingest of {count} PNG, {ROWS} × {COLUMNS}, 2 processes", count / seconds, "images/s"),
        Row("peak of all its processes together", peak, "MB"),
        Row("largest of its processes", largest, "MB"),
        Row("the same files a second time, known by their bytes", count / again, "images/s"),
    ]


def _variant(base: NDArray[np.uint16], number: int) -> NDArray[np.uint16]:
    """Return another picture of the same kind: shifted, and with one value of its own."""
    pixels = np.roll(base, number % 61 - 30, axis=0)
    return np.where(pixels > 0, np.minimum(pixels + number // 61, 4095), 0).astype(np.uint16)


def _watched(environment: dict[str, str], files: Path) -> tuple[float, float, float]:
    """Run the command; return its seconds, and the resident MB of all its processes and of the largest."""
    started = time.perf_counter()
    command = [sys.executable, "manage.py", "ingest", str(files), "--workers", "2", "--source", "phantom"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as run:
        peak = largest = 0.0
        while run.poll() is None:
            sizes = _resident(run.pid)
            peak, largest = max(peak, sum(sizes)), max(largest, *sizes, 0.0)
            time.sleep(LOOK_S)
        seconds = time.perf_counter() - started
        if run.returncode:
            raise RuntimeError(f"the command ended with {run.returncode}")
    return seconds, peak, largest


def _resident(parent: int) -> list[float]:
    """Return the resident MB of a process and of its children."""
    found = []
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for process in [str(parent), *children]:
            found.append(int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 1e6)
    except (FileNotFoundError, ProcessLookupError, IndexError):
        pass  # it ended while we looked
    return found
