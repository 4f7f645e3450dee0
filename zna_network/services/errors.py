"""The refusals of the use cases. Each carries a message in French that may be shown as it is;
``field`` names the form's field at fault, where there is one."""


class DomainError(Exception):
    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidError(DomainError):
    """What was given cannot be accepted."""


class NotFoundError(DomainError):
    """There is no such thing, or not for this person."""


class ForbiddenError(DomainError):
    """This person may not do that."""

    def __init__(self, message: str = "Vous n’avez pas accès à cette action.") -> None:
        super().__init__(message)


class ConflictError(DomainError):
    """Somebody else got there first."""


class LinkGoneError(DomainError):
    """The link has expired, was replaced or was revoked."""


class TooManyAttemptsError(DomainError):
    """To be tried again later."""


class TooLargeError(DomainError):
    """More than can be taken in at once."""
