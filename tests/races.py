"""Several people at the same instant, each in a thread and a transaction of their own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from tests.conftest import system_context
from zna_network.extensions import db
from zna_network.services.context import Context
from zna_network.services.errors import DomainError

Act = Callable[[Context], Any]


def results_at_once(app: Flask, acts: Sequence[Act]) -> list[Any]:
    """What each act gave, or the refusal that it met, in their order; each with the rights of a
    command, all begun together. Anything but a refusal fails the test."""
    barrier = threading.Barrier(len(acts))
    results: dict[int, Any] = {}
    failures: list[BaseException] = []

    def run(rank: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                results[rank] = acts[rank](system_context(app))
            except DomainError as refusal:
                results[rank] = refusal
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for failure in failures:
        raise failure
    # The test's own session forgets what it read before, so that it sees what was written.
    db.session.rollback()
    return [results[rank] for rank in range(len(acts))]


def refusals_at_once(app: Flask, acts: Sequence[Act]) -> list[DomainError]:
    """The refusals met."""
    return [r for r in results_at_once(app, acts) if isinstance(r, DomainError)]


def race(app: Flask, acts: Sequence[Act]) -> list[str]:
    """Sorted: « won » for each act that was accepted, the refusal's class name for the others."""
    return sorted(
        type(result).__name__ if isinstance(result, DomainError) else "won"
        for result in results_at_once(app, acts)
    )
