"""The ``zna`` commands, a file per area; ``app`` gathers them."""

from zna_network.cli.demo import demo_data_command
from zna_network.cli.directory import directory
from zna_network.cli.doctor import doctor
from zna_network.cli.forum import forum
from zna_network.cli.init import init
from zna_network.cli.retention import retention
from zna_network.cli.serve import serve
from zna_network.cli.users import user

commands = (demo_data_command, init, serve, user, directory, forum, retention, doctor)

__all__ = ["commands"]
