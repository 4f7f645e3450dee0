"""The words of the mails, from templates/emails/."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from zna_network.ports.mail_templates import MailText


class JinjaMailTemplates:
    """``folder`` is templates/; ``filters`` are those of the pages."""

    def __init__(self, folder: Path, filters: Mapping[str, Any]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(filters)

    def render(self, mail: str, values: Mapping[str, Any]) -> MailText:
        subject = self._environment.get_template(f"emails/{mail}/subject.txt").render(values)
        return MailText(
            subject=" ".join(subject.split()),
            text=self._environment.get_template(f"emails/{mail}/body.txt").render(values).strip()
            + "\n",
            html=self._environment.get_template(f"emails/{mail}/body.html").render(values),
        )
