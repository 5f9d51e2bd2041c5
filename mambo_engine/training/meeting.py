"""`python -m mambo_engine.training.meeting`: the place where the hosts of a run find each other.

torchrun keeps it on the first host by default, and a run ends with that host. On a host that does not train (it
needs next to nothing), every training host may be lost.
"""

from __future__ import annotations

import argparse
import sys
import threading

PORT = 29400


def main() -> None:
    """Serve until killed."""
    from torch.distributed import TCPStore

    parser = argparse.ArgumentParser(prog="python -m mambo_engine.training.meeting", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
    options = parser.parse_args()
    store = TCPStore("0.0.0.0", options.port, is_master=True, wait_for_workers=False)  # noqa: S104
    sys.stdout.write(f"hosts meet at port {store.port}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
