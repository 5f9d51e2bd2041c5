"""Several readers, several cases: estimates whose uncertainty counts both."""

from studies.statistics.mrmc.bootstrap import two_way_bootstrap
from studies.statistics.mrmc.dbm import dbm
from studies.statistics.mrmc.obuchowski_rockette import obuchowski_rockette
from studies.statistics.mrmc.u_statistics import u_statistics

__all__ = ["dbm", "obuchowski_rockette", "two_way_bootstrap", "u_statistics"]
