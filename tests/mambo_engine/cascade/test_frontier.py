from __future__ import annotations

import numpy as np

from mambo_engine.cascade.frontier import Item, next_batch
from mambo_engine.cascade.grid import Grid
from mambo_engine.cascade.sampling import Plan
from mambo_engine.cascade.stitching import StageCanvas


def batches(canvases: list[StageCanvas], plan: Plan) -> list[list[Item]]:
    """All batches, each drawn as soon as it is chosen; checks that nothing is drawn before what it needs."""
    found = []
    while items := next_batch(canvases, plan):
        assert all(canvases[image].ready(patch) for image, patch in items)
        for image, patch in items:
            canvases[image].done[patch.row, patch.column] = True
        found.append(items)
    return found


def test_batches_of_a_full_grid_are_its_waves() -> None:
    grid = Grid(96, 16, 4)
    found = batches([StageCanvas(grid)], Plan(max_batch=99))
    assert [{patch for _, patch in items} for items in found] == [set(wave) for wave in grid.waves()]


def test_the_papers_stage_3_takes_33_batches_of_up_to_17() -> None:
    sizes = [len(items) for items in batches([StageCanvas(Grid(3840, 256, 32))], Plan(max_batch=17))]
    assert (len(sizes), max(sizes), sum(sizes)) == (33, 17, 289)


def test_raster_draws_one_patch_at_a_time_image_after_image() -> None:
    grid = Grid(40, 16, 4)
    found = batches([StageCanvas(grid), StageCanvas(grid)], Plan(order="raster"))
    assert found == [[(image, patch)] for image in (0, 1) for patch in grid.raster()]


def test_several_images_fill_the_batches_that_one_leaves_open() -> None:
    grid, plan = Grid(96, 16, 4), Plan(max_batch=8)
    alone = batches([StageCanvas(grid)], plan)
    together = batches([StageCanvas(grid) for _ in range(4)], plan)
    assert sum(map(len, together)) == 4 * grid.count
    assert len(together) < 0.6 * 4 * len(alone)


def test_skipped_patches_keep_nobody_waiting_and_are_never_drawn() -> None:
    grid = Grid(96, 16, 4)
    mask = np.zeros((96, 96), dtype=bool)
    mask[60:, :20] = True
    mask[:20, 60:] = True
    canvas = StageCanvas(grid, mask)
    wanted = canvas.wanted.copy()
    found = batches([canvas], Plan(max_batch=99))
    assert np.array_equal(canvas.done, wanted)
    assert len(found) < len(grid.waves())
    assert {(patch.row, patch.column) for _, patch in found[0]} >= {(0, 4), (4, 0)}


def test_next_batch_follows_from_what_is_drawn_alone() -> None:
    grid, plan = Grid(96, 16, 4), Plan(max_batch=3)
    whole = batches([StageCanvas(grid), StageCanvas(grid)], plan)
    resumed = [StageCanvas(grid), StageCanvas(grid)]
    for items in whole[:7]:
        for image, patch in items:
            resumed[image].done[patch.row, patch.column] = True
    assert batches(resumed, plan) == whole[7:]
