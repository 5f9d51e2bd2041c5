"""The reliability data of Krippendorff (2011): four observers, twelve units, with gaps."""

import pandas as pd
import pytest

ANSWERS = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}


@pytest.fixture(scope="session")
def observers() -> pd.DataFrame:
    """Return one row per observer and unit, blank where the observer did not answer."""
    return pd.DataFrame(
        [
            {"reader": reader, "case": case, "answer": answer}
            for reader, answers in ANSWERS.items()
            for case, answer in enumerate(answers)
        ]
    )


def rows(*answers: list) -> pd.DataFrame:
    """Return a frame of readers r0, r1, ... from one list of answers each."""
    return pd.DataFrame(
        [
            {"reader": f"r{number}", "case": case, "answer": answer}
            for number, column in enumerate(answers)
            for case, answer in enumerate(column)
        ]
    )
