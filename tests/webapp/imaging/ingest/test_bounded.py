"""No job takes the others along."""

from __future__ import annotations

from webapp.imaging.ingest.bounded import DIED, ERROR, TIME, Limits, bounded

WORK = "tests.webapp.imaging.ingest.workloads:work"


def outcomes(todo, **limits):
    return [one for one in bounded(WORK, todo, workers=2, limits=Limits(**limits)) if one is not None]


def test_every_job_comes_back_once_whatever_happens_to_it():
    jobs = ["a", "crash", "b", "hang", "raise", "c", "greedy", "d"]
    found = {one.job: one for one in outcomes(jobs, seconds=2.0, data_bytes=1 << 30)}
    assert sorted(found) == sorted(jobs)
    assert {job: found[job].result for job in "abcd"} == {"a": "a!", "b": "b!", "c": "c!", "d": "d!"}
    assert (found["crash"].failure, found["crash"].detail) == (DIED, "exit status -11")
    assert found["hang"].failure == TIME
    assert (found["raise"].failure, found["raise"].detail) == (ERROR, "LookupError: nothing here")
    assert (found["greedy"].failure, "MemoryError" in found["greedy"].detail) == (ERROR, True)


def test_processes_are_replaced_and_their_size_is_told():
    found = outcomes([str(number) for number in range(7)], jobs=2)
    assert sorted(one.result for one in found) == [f"{number}!" for number in range(7)]
    assert all(one.peak_bytes > 5_000_000 for one in found)


def test_no_job_starts_no_process():
    assert outcomes([]) == []
