"""Several people at the same instant, each in a thread and a transaction of their own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from tests.conftest import system_context
from zna_network.services.context import Context
from zna_network.services.errors import DomainError

Act = Callable[[Context], Any]


def results_at_once(app: Flask, acts: Sequence[Act]) -> list[object]:
    """What each act gave, or the refusal that it met; each with the rights of a command, all
    begun together. Anything but a refusal fails the test."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                results[number] = acts[number](system_context(app))
            except DomainError as refusal:
                results[number] = refusal
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return results


def race(app: Flask, acts: Sequence[Act]) -> list[str]:
    """« won » for each act that was accepted, the refusal's name for the others."""
    return [
        type(result).__name__ if isinstance(result, DomainError) else "won"
        for result in results_at_once(app, acts)
    ]


def at_once(app: Flask, *acts: Act) -> list[DomainError]:
    """The refusals met."""
    return [r for r in results_at_once(app, acts) if isinstance(r, DomainError)]
