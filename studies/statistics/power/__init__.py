"""Before a study: simulated readers, and how many readers and cases it takes."""

from studies.statistics.power.expected import expected_components
from studies.statistics.power.question import SizeQuestion, spread_of_readers
from studies.statistics.power.roe_metz import RoeMetz, Variances, simulated_frame, simulated_readings
from studies.statistics.power.simulation import Coverage, Power, interval_coverage, simulated_power
from studies.statistics.power.sizing import PilotComponents, planned_power, power_grid

__all__ = [
    "Coverage",
    "PilotComponents",
    "Power",
    "RoeMetz",
    "SizeQuestion",
    "Variances",
    "expected_components",
    "interval_coverage",
    "planned_power",
    "power_grid",
    "simulated_frame",
    "simulated_power",
    "simulated_readings",
    "spread_of_readers",
]
