"""The stages in a row, for one or several images: each stage's images are the next one's contexts.

Source: paper sec. 3.2 and fig. 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from mambo_engine.cascade.background import drawn_mask
from mambo_engine.cascade.drawing import draw_together, new_canvases
from mambo_engine.cascade.events import OnPatch, ShouldStop
from mambo_engine.cascade.frontier import Wanted
from mambo_engine.cascade.joint import draw_jointly
from mambo_engine.cascade.options import OnState
from mambo_engine.cascade.sampling import Job, Plan, Sampling
from mambo_engine.cascade.stage import Stage
from mambo_engine.cascade.state import DIGESTS, CascadeState, facts_digest
from mambo_engine.cascade.stitching import StageCanvas
from mambo_engine.config import STAGES, to_mapping


@dataclass(frozen=True)
class Run:
    """One drawing of one or several images.

    Attributes:
        stages: by name.
        identity: of the model; goes into the digest of a state.
        guided_stages: stages that follow the labels by guidance; in the others a second pass for the labels
            would double the time, and the picture before says enough.
        spun_stages: stages in which the patch is moved from step to step.
        sampling: how everything is sampled.
        on_patch: told of each finished patch.
        should_stop: asked before every solver step.
        wanted: asked before each batch which images go on.
        on_state: given what is needed to go on.
    """

    stages: Mapping[str, Stage]
    identity: str
    guided_stages: tuple[str, ...]
    spun_stages: tuple[str, ...]
    sampling: Sampling
    on_patch: OnPatch | None = None
    should_stop: ShouldStop | None = None
    wanted: Wanted | None = None
    on_state: OnState | None = None

    def draw(self, jobs: Sequence[Job], state: CascadeState | None = None) -> list[Job]:
        """Draw the stages that the jobs lack; return the jobs with the images of all three.

        Raises:
            ConfigError: `state` belongs to another drawing.
            Cancelled: `should_stop` said so.
            SamplingError: a network gave values that are not finite.
        """
        digest = self.digest(jobs)
        if state is not None:
            state.check(digest)
            each = zip(*state.coarser, strict=True) if state.coarser else [()] * len(jobs)
            jobs = [replace(job, coarser=tuple(coarser)) for job, coarser in zip(jobs, each, strict=True)]
        for name in STAGES[len(jobs[0].coarser) :]:
            jobs = self._stage(name, jobs, state, digest)
        return list(jobs)

    def _stage(self, name: str, jobs: Sequence[Job], state: CascadeState | None, digest: str) -> list[Job]:
        stage = self.stages[name]
        guidance = self.sampling.guidance if name in self.guided_stages else 1.0
        sampling = replace(self.sampling, guidance=guidance, spin=name in self.spun_stages)
        jobs = [self._masked(job) for job in jobs]
        canvases = new_canvases(stage, jobs)
        if state is not None and state.stage == name:
            state.restore(canvases)

        on_state = self.on_state

        def on_batch(canvases: Sequence[StageCanvas]) -> None:
            if on_state is not None:
                on_state(CascadeState.taken(digest, name, jobs, canvases))

        joint = sampling.aggregation == "joint" and stage.grid.count > 1
        draw = draw_jointly if joint else partial(draw_together, wanted=self.wanted)
        images = draw(
            stage,
            jobs,
            sampling,
            canvases=canvases,
            on_patch=self.on_patch,
            on_batch=None if on_state is None else on_batch,
            should_stop=self.should_stop,
        )
        return [replace(job, coarser=(*job.coarser, image)) for job, image in zip(jobs, images, strict=True)]

    def _masked(self, job: Job) -> Job:
        """The job with the dilated breast of its last image as the place to draw in."""
        skips = self.sampling.plan.skip_background and job.coarser
        intensity = self.stages[STAGES[0]].intensity
        return replace(job, mask=drawn_mask(job.coarser[-1], intensity) if skips else None)

    def digest(self, jobs: Sequence[Job]) -> str:
        """Digests of what determines each image; neither company nor how the work is cut is among it."""
        return DIGESTS.join(self._digest(job) for job in jobs)

    def _digest(self, job: Job) -> str:
        plan = Plan(skip_background=self.sampling.plan.skip_background)
        first = self.stages[STAGES[0]]
        facts: dict[str, Any] = {
            "identity": self.identity,
            "stages": {name: to_mapping(stage.config) for name, stage in self.stages.items()},
            "geometry": to_mapping(first.geometry),
            "intensity": to_mapping(first.intensity),
            "guided_stages": list(self.guided_stages),
            "spun_stages": list(self.spun_stages),
            "sampling": to_mapping(replace(self.sampling, plan=plan)),
            "images": [[job.seed, list(job.labels), len(job.coarser)]],
        }
        return facts_digest(facts, job.coarser)
