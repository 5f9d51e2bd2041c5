"""`python -m mambo_engine`."""

import sys

from mambo_engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
