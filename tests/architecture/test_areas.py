"""The contract that keeps the areas apart names every area."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_area_is_in_the_contract() -> None:
    folder = ROOT / "zna_network" / "blueprints"
    areas = {
        f"zna_network.blueprints.{p.name}" for p in folder.iterdir() if (p / "__init__.py").exists()
    }
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (areas_contract,) = [contract for contract in contracts if contract["id"] == "areas"]
    assert set(areas_contract["modules"]) == areas
