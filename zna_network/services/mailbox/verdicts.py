"""Why a mail does nothing by itself. Both are raised inside the transaction that reads it, which is
then undone: nothing is done by halves; the mail is written down with the reason instead."""


class SetApartError(Exception):
    """``reason`` is in French, for the staff; the numbers are what the mail was found to be about,
    as far as that goes."""

    def __init__(
        self, reason: str, *, meeting_id: int | None = None, invitation_id: int | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.meeting_id = meeting_id
        self.invitation_id = invitation_id


class HeldError(SetApartError):
    """Only a person can tell whether it counts."""


class NoEffectError(SetApartError):
    """There is nothing to do, now or later."""
