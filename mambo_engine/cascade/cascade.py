"""A ready cascade: images from labels and seeds, or from a coarse image that is given.

Source: paper sec. 3.2 and fig. 2; sec. 4.4 (a given coarse image).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.given import given_canvases
from mambo_engine.cascade.lockstep import Run
from mambo_engine.cascade.options import DrawOptions, sampling_of
from mambo_engine.cascade.result import CascadeResult, without_air
from mambo_engine.cascade.sampling import ImageRequest, Job
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import STAGES, Defaults, label_indices, require
from mambo_engine.data.intensity import linear_from_network


@dataclass(frozen=True)
class Cascade:
    """A ready cascade: three trained stages and what they were trained on.

    Attributes:
        stages: by name: global, local, patch.
        vocabulary: label fields and their values.
        defaults: what is sampled with when the caller says nothing.
        pixel_spacing_mm: side of a pixel of the full image, or None where the bundle says nothing.
        identity: digest of the bundle; a saved state goes on with the same one only.
    """

    stages: Mapping[str, Stage]
    vocabulary: Mapping[str, tuple[str, ...]]
    defaults: Defaults
    pixel_spacing_mm: float | None = None
    identity: str = ""

    def sample(
        self, labels: Mapping[str, str] | None = None, seed: int = 0, **options: Unpack[DrawOptions]
    ) -> CascadeResult:
        """Draw one image; `sample_many` with one request."""
        return self.sample_many([ImageRequest(labels or {}, seed)], **options)[0]

    def sample_many(self, requests: Sequence[ImageRequest], **options: Unpack[DrawOptions]) -> list[CascadeResult]:
        """Draw several images in lockstep, so that batches stay full; each is what it is alone, to rounding.

        Args:
            requests: labels and seed of each image.
            options: steps, guidance, sampler and so on; see `DrawOptions`.

        Raises:
            ConfigError: an unknown label, value or sampler, a number out of range, or a state of another
                drawing; before any work starts.
            Cancelled: `should_stop` said so.
            SamplingError: a network gave values that are not finite.
        """
        require(len(requests) > 0, "requests: got none, expected at least one image")
        jobs = [Job(request.seed, label_indices(self.vocabulary, request.labels)) for request in requests]
        drawn = self._run(options).draw(jobs, options.get("state"))
        return [self._result(job) for job in drawn]

    def refine(
        self,
        global_image: NDArray[np.floating] | None = None,
        local_image: NDArray[np.floating] | None = None,
        labels: Mapping[str, str] | None = None,
        seed: int = 0,
        **options: Unpack[DrawOptions],
    ) -> CascadeResult:
        """Draw the later stages only, from a given coarse image on the linear scale [0, 1].

        The given images come back as they are. The air of the drawn ones is cleared if the plan skips
        background; with `Plan(skip_background=False)` everything is drawn and kept.

        Args:
            global_image: (s, s); stages 2 and 3 are drawn. May be left out with a `local_image`: its area mean.
            local_image: (size / k, size / k); stage 3 alone is drawn.
            labels: values of the bundle's vocabulary.
            seed: 0 or more.
            options: steps, guidance, sampler and so on; see `DrawOptions`.

        Raises:
            DataError: an image of another shape, with values outside 0..1, or with NaN; before any work starts.
            ConfigError: as for `sample_many`.
            Cancelled: `should_stop` said so.
            SamplingError: a network gave values that are not finite.
        """
        run, first = self._run(options), self.stages[STAGES[0]]
        coarser = given_canvases(global_image, local_image, first.geometry, first.intensity)
        job = Job(seed, label_indices(self.vocabulary, labels or {}), coarser)
        drawn = run.draw([job], options.get("state"))[0]
        return self._result(drawn, clear=run.sampling.plan.skip_background, given=len(coarser))

    def _run(self, options: DrawOptions) -> Run:
        sampling = sampling_of(options, self.defaults)
        sampling.check(min(stage.schedule.num_timesteps for stage in self.stages.values()))
        spin = options.get("spin")
        return Run(
            stages=self.stages,
            identity=self.identity,
            guided_stages=self.defaults.guided_stages,
            spun_stages=self.defaults.spun_stages if spin is None else STAGES if spin else (),
            sampling=sampling,
            on_patch=options.get("on_patch"),
            should_stop=options.get("should_stop"),
            wanted=options.get("wanted"),
            on_state=options.get("on_state"),
        )

    def _result(self, job: Job, *, clear: bool = True, given: int = 0) -> CascadeResult:
        intensity = self.stages[STAGES[0]].intensity
        drawn = [without_air(canvas, intensity) if clear else canvas for canvas in job.coarser[given:]]
        linear = [linear_from_network(canvas, intensity) for canvas in (*job.coarser[:given], *drawn)]
        return CascadeResult(linear[0], linear[1], linear[2], intensity, self.pixel_spacing_mm)
