"""Table 2 of the MAMBO paper: its printed cells, and the counts that these leave.

An exhaustive search over (TP, FP) with 182 synthetic and 116 original images leaves one table per reader; the
sums give the Overall row. Three of the 42 printed cells are slips of rounding (marked), so printed values are
compared within 0.001 and no formula is bent to hit a slip.
"""

from studies.statistics.confusion import Confusion

COUNTS = {
    "Junior 0": Confusion(118, 71, 64, 45),
    "Junior 1": Confusion(91, 70, 91, 46),
    "Junior 2": Confusion(133, 25, 49, 91),
    "Senior 0": Confusion(146, 9, 36, 107),
    "Senior 1": Confusion(115, 66, 67, 50),
    "Senior 2": Confusion(79, 7, 103, 109),
}
OVERALL = Confusion(682, 248, 410, 448)

# precision, recall, F1, accuracy, lower and upper limit of accuracy, as printed
PRINTED = {
    "Junior 0": (0.624, 0.648, 0.636, 0.547, 0.490, 0.602),  # upper: exact .60254
    "Junior 1": (0.565, 0.500, 0.531, 0.460, 0.404, 0.517),  # upper: exact .51647
    "Junior 2": (0.842, 0.731, 0.782, 0.752, 0.700, 0.797),
    "Senior 0": (0.942, 0.802, 0.867, 0.849, 0.804, 0.885),  # F1: exact .86647
    "Senior 1": (0.635, 0.632, 0.634, 0.554, 0.497, 0.609),
    "Senior 2": (0.919, 0.434, 0.590, 0.631, 0.575, 0.684),
    "Overall": (0.733, 0.625, 0.675, 0.632, 0.609, 0.654),
}
EXACT = {
    "Junior 0": (0.62434, 0.64835, 0.63612, 0.54698, 0.49022, 0.60254),
    "Junior 1": (0.56522, 0.50000, 0.53061, 0.45973, 0.40402, 0.51647),
    "Junior 2": (0.84177, 0.73077, 0.78235, 0.75168, 0.69963, 0.79732),
    "Senior 0": (0.94194, 0.80220, 0.86647, 0.84899, 0.80392, 0.88519),
    "Senior 1": (0.63536, 0.63187, 0.63361, 0.55369, 0.49692, 0.60909),
    "Senior 2": (0.91860, 0.43407, 0.58955, 0.63087, 0.57474, 0.68367),
    "Overall": (0.73333, 0.62454, 0.67458, 0.63199, 0.60938, 0.65404),
}
# d', 1.96 standard errors, c, kappa, MCC, share said synthetic, NPV, balanced accuracy, to two or three digits
DERIVED = {
    "Junior 0": (0.10, 0.30, -0.33, 0.04, 0.04, 0.634, 0.413, 0.518),
    "Junior 1": (-0.26, 0.29, -0.13, -0.10, -0.10, 0.540, 0.336, 0.448),
    "Junior 2": (1.39, 0.32, 0.08, 0.50, 0.50, 0.530, 0.650, 0.758),
    "Senior 0": (2.24, 0.39, 0.28, 0.70, 0.71, 0.520, 0.748, 0.862),
    "Senior 1": (0.16, 0.29, -0.25, 0.06, 0.06, 0.607, 0.427, 0.531),
    "Senior 2": (1.36, 0.40, 0.84, 0.32, 0.40, 0.289, 0.514, 0.687),
}
