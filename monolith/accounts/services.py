"""The only code that registers, confirms, changes and deletes an account.

Enters: what a person decided, checked by a form. Leaves: the row, mails, and domain events
whose personal fields are sealed. Whether an address has an account is told to its owner by
mail, and to nobody else.
"""

from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from cdc.contracts.events import (
    AccountConfirmed,
    AccountDeleted,
    AccountRegistered,
    ContactChanged,
)
from cdc.outbox.batch import together
from cdc.outbox.publish import publish
from cdc.personal import keyring
from monolith import mails
from monolith.accounts import links, personal_data
from monolith.accounts.models import User
from monolith.errors import LinkNotValid
from monolith.versions import save


@transaction.atomic
def register(email: str) -> None:
    """Open an account that waits for its owner; the password is chosen when they confirm."""
    email = email.lower()
    user = User.objects.filter(email__iexact=email).first() or _open(email)
    if user is None or not user.is_awaiting_confirmation:
        return mails.send("accounts/mail/known.txt", email, "You already have an account")
    token = links.sign(links.CONFIRM, account=user.pk, email=email)
    return mails.send("accounts/mail/confirm.txt", email, "Confirm your account", token=token)


def awaiting(token: str) -> User:
    """Return the account that ``token`` may confirm; raises ``LinkNotValid`` when there is none."""
    facts = links.read(links.CONFIRM, token)
    user = User.objects.filter(pk=facts["account"], email=facts["email"]).first()
    if user is None or not user.is_awaiting_confirmation:
        raise LinkNotValid
    return user


@transaction.atomic
def confirm(token: str, *, display_name: str, password: str) -> User:
    """Give the account to who reads the address's mail; a link works once."""
    user = _lock(awaiting(token).pk)
    # Another request may have used the link while this one waited for the row.
    if not user.is_awaiting_confirmation:
        raise LinkNotValid
    user.display_name, user.is_active = display_name, True
    user.confirmed_at = user.contact_told_at = timezone.now()
    user.set_password(password)
    save(user, "display_name", "is_active", "confirmed_at", "contact_told_at", "password")
    event = AccountConfirmed(account_id=user.pk, email=user.email, name=user.display_name)
    publish(event, aggregate_version=user.version)
    return user


@transaction.atomic
def rename(account_id: int, display_name: str) -> None:
    user = _lock(account_id)
    user.display_name = display_name
    _tell_contact(user, "display_name")


@transaction.atomic
def ask_for_email(account_id: int, email: str) -> None:
    """Send a link to the new address; the old one stays until the link is followed."""
    email = email.lower()
    if User.objects.filter(email__iexact=email).exists():
        return mails.send("accounts/mail/known.txt", email, "You already have an account")
    old = User.objects.get(pk=account_id).email
    token = links.sign(links.CHANGE_EMAIL, account=account_id, old=old, new=email)
    return mails.send(
        "accounts/mail/change_email.txt", email, "Confirm your new e-mail address", token=token
    )


@transaction.atomic
def change_email(token: str) -> User:
    """Take the new address, tell the old one; raises ``LinkNotValid`` when either moved on."""
    facts = links.read(links.CHANGE_EMAIL, token)
    user = User.objects.select_for_update().filter(pk=facts["account"], is_active=True).first()
    if user is None or user.email != facts["old"]:
        raise LinkNotValid
    if User.objects.filter(email__iexact=facts["new"]).exists():
        raise LinkNotValid
    user.email = facts["new"]
    try:
        with transaction.atomic():
            _tell_contact(user, "email")
    except IntegrityError:
        # Somebody registered the address between the look and the write.
        raise LinkNotValid from None
    mails.send("accounts/mail/email_changed.txt", facts["old"], "Your e-mail address was changed")
    return user


@transaction.atomic
@together()
def tell_contacts(at_once: int = 200) -> int:
    """Tell the contacts of some confirmed accounts that no event has told; return how many."""
    untold = User.objects.filter(confirmed_at__isnull=False, deleted_at=None, contact_told_at=None)
    locked = untold.select_for_update(skip_locked=True, no_key=True).order_by("pk")
    people = list(locked[:at_once])
    for user in people:
        _tell_contact(user)
    return len(people)


@transaction.atomic
def delete(account_id: int) -> None:
    """Erase the person and keep the row, which other rows point to.

    Raises ``HasListings`` for an agent who must hand over first; then nothing is erased.
    """
    user = _lock(account_id)
    was_agent = user.is_agent
    personal_data.erase(user)
    _anonymise(user)
    event = AccountDeleted(account_id=user.pk, was_agent=was_agent)
    publish(event, aggregate_version=user.version)
    # Whatever was told of the person, in any topic or backup, opens no more.
    keyring.destroy(str(user.pk))


def _open(email: str) -> User | None:
    """Create the account, or return None when somebody else did a moment ago."""
    name, nothing = f"member-{uuid4().hex}", make_password(None)
    user = User(username=name, email=email, password=nothing, is_active=False)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        return User.objects.filter(email__iexact=email).first()
    publish(AccountRegistered(account_id=user.pk), aggregate_version=user.version)
    return user


def _tell_contact(user: User, *changed: str) -> None:
    """Save what changed, and tell how the person is reached and called from now on."""
    user.contact_told_at = timezone.now()
    save(user, *changed, "contact_told_at")
    event = ContactChanged(account_id=user.pk, email=user.email, name=user.display_name)
    publish(event, aggregate_version=user.version)


def _anonymise(user: User) -> None:
    user.username = f"deleted-{user.pk}"
    user.email = f"deleted-{user.pk}@deleted.invalid"
    user.display_name, user.first_name, user.last_name = "Former member", "", ""
    user.is_active = user.is_staff = user.is_superuser = user.is_agency_admin = False
    user.agency, user.last_login, user.deleted_at = None, None, timezone.now()
    user.set_unusable_password()
    user.groups.clear()
    user.user_permissions.clear()
    user.save()
    user.refresh_from_db(fields=["version"])


def _lock(account_id: int) -> User:
    return User.objects.select_for_update().get(pk=account_id)
