"""The ``zna`` commands, a file per area. Each is loaded when it is asked for, so that neither the
help nor a command waits for what the others need."""

from dataclasses import dataclass

BASE = "zna_network.assembly:assemble"
SITE = "zna_network.app:guarded_app"


@dataclass(frozen=True)
class Entry:
    """Where a command is (``module:name``), its line in the help, which is the first of its own,
    and what makes the application that it works on: only a server needs the pages."""

    where: str
    summary: str
    application: str = BASE


COMMANDS = {
    "demo-data": Entry(
        "zna_network.cli.demo:demo_data_command",
        "Données de démonstration : vrai territoire, personnes inventées (répétable).",
    ),
    "directory": Entry("zna_network.cli.directory:directory", "L'annuaire des partenaires."),
    "doctor": Entry(
        "zna_network.cli.doctor:doctor",
        "Vérifier réglages, base, courriels et horloge ; code de sortie 1 si quelque chose cloche.",
    ),
    "export": Entry("zna_network.cli.export:export", "Ce qui part du réseau."),
    "forum": Entry(
        "zna_network.cli.forum:forum",
        "Le forum en cours : celui d'aujourd'hui, sinon le prochain.",
    ),
    "init": Entry(
        "zna_network.cli.init:init",
        "Créer ou mettre à niveau la base, charger les données de référence (répétable).",
    ),
    "keys": Entry("zna_network.cli.keys:keys", "La clé qui chiffre les noms et les coordonnées."),
    "retention": Entry(
        "zna_network.cli.retention:retention",
        "La durée de conservation : ce qui s'efface tout seul.",
    ),
    "serve": Entry(
        "zna_network.cli.serve:serve", "Servir le site (gunicorn, plusieurs processus).", SITE
    ),
    "user": Entry("zna_network.cli.users:user", "Les comptes."),
    "worker": Entry(
        "zna_network.jobs.worker:worker",
        "Courriels, relances, entretien. Plusieurs peuvent tourner en même temps.",
    ),
}
