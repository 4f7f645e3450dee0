"""What the benches share: durations of one run, told as ratios.

A second is not the same on two machines, nor on one of them an hour later. What is held is how
many times a floor each piece of work takes, the floor being measured in the same run, in turn with
it; milliseconds are printed for whoever reads."""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Act = Callable[[], object]


@dataclass(frozen=True)
class Timing:
    """Milliseconds of each repeat."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def over(self, floor: "Timing") -> float:
        """How many times the floor, median to median."""
        return round(self.median / floor.median, 1)


def timed(act: Act, repeats: int) -> Timing:
    return timed_in_turn({"": act}, repeats)[""]


def timed_in_turn(acts: Mapping[str, Act], repeats: int) -> dict[str, Timing]:
    """One round after the other, so that what else the machine does weighs on all of them."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(repeats):
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: Timing(tuple(found)) for name, found in times.items()}


def medians(timings: Mapping[str, Timing]) -> dict[str, float]:
    """In milliseconds."""
    return {name: round(timing.median, 1) for name, timing in timings.items()}


def ratios(timings: Mapping[str, Timing], floor: Timing) -> dict[str, float]:
    return {name: timing.over(floor) for name, timing in timings.items()}


def tell(**result: Any) -> None:
    """One line of JSON."""
    print(f"\n{json.dumps(result, ensure_ascii=False)}")  # noqa: T201 - the point of a bench
