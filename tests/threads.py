"""Several people at once: each in a thread, with an application context and session of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Flask

from tests.conftest import system_context
from zna_network.services.context import Context
from zna_network.services.errors import DomainError

T = TypeVar("T")


def at_once(app: Flask, acts: Sequence[Callable[[Context], T]]) -> list[T | DomainError]:
    """What each act returned, or the refusal that it met, in their order. Any other exception
    fails the test."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[T | DomainError | BaseException | None] = [None] * len(acts)

    def run(rank: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes[rank] = acts[rank](system_context(app))
            except BaseException as error:
                outcomes[rank] = error

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, DomainError):
            raise outcome
    return outcomes  # type: ignore[return-value]
