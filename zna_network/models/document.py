"""Word templates that staff have put in place of ours."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, UtcDateTime


class DocumentKind(StrEnum):
    """Values are the names of the files in docs_templates/, without their ending."""

    MINUTES = "minutes"
    ATTENDANCE_SHEET = "attendance_sheet"
    CONVOCATION = "convocation"
    AGENDA = "agenda"
    FORUM_REPORT = "forum_report"
    BILAN = "bilan"
    CASE_SHEET = "case_sheet"
    CONSENT_FORM = "consent_form"
    DIAGNOSTIC = "diagnostic"
    PERSON_FILE = "person_file"
    MISSION_ORDER = "mission_order"
    TRIP_SHEET = "trip_sheet"
    COPIL_FILE = "copil_file"

    @property
    def label(self) -> str:
        return {
            DocumentKind.MINUTES: "Compte-rendu",
            DocumentKind.ATTENDANCE_SHEET: "Feuille d’émargement",
            DocumentKind.CONVOCATION: "Lettre de convocation",
            DocumentKind.AGENDA: "Ordre du jour",
            DocumentKind.FORUM_REPORT: "Bilan du forum",
            DocumentKind.BILAN: "Bilan des orientations",
            DocumentKind.CASE_SHEET: "Fiche de situation individuelle",
            DocumentKind.CONSENT_FORM: "Formulaire de consentement",
            DocumentKind.DIAGNOSTIC: "Diagnostic 360° des droits",
            DocumentKind.PERSON_FILE: "Données d’une personne",
            DocumentKind.MISSION_ORDER: "Ordre de mission CUA Mobile",
            DocumentKind.TRIP_SHEET: "Feuille de route CUA Mobile",
            DocumentKind.COPIL_FILE: "Dossier de COPIL",
        }[self]


_IN_USE = Column("retired_at", Integer).is_(None)


class DocumentTemplate(Base):
    """An uploaded template; the one not retired is in use, at most one a kind."""

    __tablename__ = "document_template"
    __table_args__ = (
        Index(
            "uq_document_template_in_use",
            "kind",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(EnumText(DocumentKind))
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    uploaded_by: Mapped[User | None] = relationship()
