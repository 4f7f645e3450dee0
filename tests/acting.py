"""Acting as somebody, and several people acting at the same instant."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import Flask

from tests.conftest import system_context
from zna_network.models.account import User
from zna_network.services.context import Context
from zna_network.services.errors import DomainError


def acting_as(ctx: Context, user: User) -> Context:
    """The same world, with this account's rights and no others."""
    return replace(ctx, actor=user, is_system=False)


def at_once(app: Flask, acts: Sequence[Callable[[Context], object]]) -> list[object]:
    """What each act gave, or the refusal that it met; each in a thread of its own, with the
    rights of a command, all begun together. Anything but a refusal is the test's failure."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes[number] = acts[number](system_context(app))
            except DomainError as refusal:
                outcomes[number] = refusal
            except BaseException as error:
                outcomes[number] = error
                raise

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
