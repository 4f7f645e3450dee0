"""Accounts against a real database, on both engines."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories.accounts import PASSWORD, make_user
from tests.factories.organisations import make_organisation
from tests.races import race
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.account import Role, User
from zna_network.services import accounts, delivery
from zna_network.services.accounts import AccountData
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    InvalidError,
    LinkGoneError,
    TooManyAttemptsError,
)

NEW_PASSWORD = "Un autre secret, plus long 9"


def _token_sent(ctx: Context, mailbox: MailboxMailer) -> str:
    delivery.deliver_due(ctx, "tests")
    text = mailbox.messages()[-1].get_body(("plain",))
    assert text is not None
    return text.get_content().split("/mot-de-passe/")[1].split()[0]


def test_signs_in_when_the_password_is_right(ctx: Context) -> None:
    user = make_user(ctx.session)
    assert accounts.sign_in(ctx, f" {user.email.upper()} ", PASSWORD).id == user.id
    assert user.last_sign_in_at == ctx.now


@pytest.mark.parametrize("password", ["", "autre", PASSWORD + " "])
def test_refuses_when_the_password_is_wrong(ctx: Context, password: str) -> None:
    user = make_user(ctx.session)
    with pytest.raises(InvalidError, match="incorrect"):
        accounts.sign_in(ctx, user.email, password)


def test_refuses_with_the_same_words_when_there_is_no_account(ctx: Context) -> None:
    with pytest.raises(InvalidError, match="Adresse e-mail ou mot de passe incorrect"):
        accounts.sign_in(ctx, "personne@exemple.example", PASSWORD)


def test_refuses_a_closed_account(ctx: Context) -> None:
    user = make_user(ctx.session, is_active=False)
    with pytest.raises(InvalidError):
        accounts.sign_in(ctx, user.email, PASSWORD)


def test_refuses_even_the_right_password_after_five_failures(
    ctx: Context, clock: FrozenClock
) -> None:
    user = make_user(ctx.session)
    for _ in range(accounts.FAILURES_PER_ACCOUNT):
        with pytest.raises(InvalidError):
            accounts.sign_in(ctx, user.email, "faux")
    with pytest.raises(TooManyAttemptsError):
        accounts.sign_in(ctx, user.email, PASSWORD)
    clock.move(accounts.WINDOW + timedelta(seconds=1))
    assert accounts.sign_in(ctx, user.email, PASSWORD).id == user.id


def test_counts_guesses_made_at_the_same_instant(app: Flask, ctx: Context) -> None:
    email = make_user(ctx.session).email
    outcomes = race(app, [lambda c: accounts.sign_in(c, email, "faux")] * 12)
    wrong, blocked = accounts.FAILURES_PER_ACCOUNT, 12 - accounts.FAILURES_PER_ACCOUNT
    assert outcomes == ["InvalidError"] * wrong + ["TooManyAttemptsError"] * blocked


def test_a_reset_link_serves_once_and_ends_the_sessions(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    user = make_user(ctx.session)
    before = user.get_id()
    accounts.request_reset(ctx, user.email)
    token = _token_sent(ctx, mailbox)
    accounts.choose_password(ctx, token, NEW_PASSWORD)
    assert user.get_id() != before
    assert accounts.sign_in(ctx, user.email, NEW_PASSWORD).id == user.id
    with pytest.raises(LinkGoneError):
        accounts.choose_password(ctx, token, PASSWORD)


def test_a_reset_link_expires(ctx: Context, mailbox: MailboxMailer, clock: FrozenClock) -> None:
    user = make_user(ctx.session)
    accounts.request_reset(ctx, user.email)
    token = _token_sent(ctx, mailbox)
    clock.move(accounts.RESET_VALID)
    with pytest.raises(LinkGoneError):
        accounts.reset_by_token(ctx, token)


def test_no_mail_leaves_for_an_unknown_address(ctx: Context, mailbox: MailboxMailer) -> None:
    accounts.request_reset(ctx, "inconnue@exemple.example")
    delivery.deliver_due(ctx, "tests")
    assert mailbox.envelopes == []


def test_a_weak_password_changes_nothing(ctx: Context, mailbox: MailboxMailer) -> None:
    user = make_user(ctx.session)
    accounts.request_reset(ctx, user.email)
    token = _token_sent(ctx, mailbox)
    with pytest.raises(InvalidError, match="12 caractères"):
        accounts.choose_password(ctx, token, "court")
    assert accounts.sign_in(ctx, user.email, PASSWORD)


def test_a_partner_account_needs_an_organisation(ctx: Context) -> None:
    with pytest.raises(InvalidError) as refusal:
        accounts.create_user(ctx, AccountData("p@organisme.example", "P", Role.PARTNER), PASSWORD)
    assert refusal.value.field == "organisation"
    assert ctx.session.query(User).count() == 0


def test_an_address_has_one_account(ctx: Context) -> None:
    user = make_user(ctx.session)
    with pytest.raises(ConflictError):
        accounts.create_user(ctx, AccountData(user.email.upper(), "Autre", Role.AGENT), PASSWORD)


def test_an_account_without_password_gets_a_link(ctx: Context, mailbox: MailboxMailer) -> None:
    organisation = make_organisation(ctx.session)
    data = AccountData("invitee@organisme.example", "Invitée", Role.PARTNER, organisation.id)
    user = accounts.create_user(ctx, data)
    with pytest.raises(InvalidError):
        accounts.sign_in(ctx, user.email, "")
    accounts.choose_password(ctx, _token_sent(ctx, mailbox), NEW_PASSWORD)
    assert accounts.sign_in(ctx, user.email, NEW_PASSWORD).id == user.id


def test_a_new_role_ends_the_sessions(ctx: Context) -> None:
    user = make_user(ctx.session)
    before = user.get_id()
    accounts.update_user(
        ctx, user.id, AccountData(user.email, user.name, Role.ADMIN), is_active=True
    )
    assert user.get_id() != before
