"""The ``zna`` commands, a file per area; ``app`` gathers them."""

from zna_network.cli.doctor import doctor
from zna_network.cli.init import init
from zna_network.cli.serve import serve
from zna_network.cli.users import user

commands = (init, serve, user, doctor)

__all__ = ["commands"]
