"""Staff of the demo's cities: passwords made once, kept in `.koemap/demo-signins.txt`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings

from mapping.accounts.models import Membership, Organisation, User
from mapping.demo.definitions import City

FILE_NAME = "demo-signins.txt"
# example.com and its kin never reach anybody (RFC 2606).
DOMAIN = "example.com"


def signins_file() -> Path:
    """Where the sign-ins are kept; `make run` prints it."""
    return Path(settings.STATE_DIR) / FILE_NAME


def email_of(city: City, role: str) -> str:
    """The address that a demo member signs in with."""
    return f"{role}@{city.name}.{DOMAIN}"


def are_known(city: City) -> bool:
    """Whether the file has every sign-in of the city (somebody may have deleted it)."""
    known = _read()
    return all(email_of(city, role) in known for role in city.staff)


def make_staff(city: City, organisation: Organisation) -> None:
    """Accounts and memberships of the city's staff.

    A password is made once and stays the same in this checkout, whichever database is loaded.
    """
    known = _read()
    for role in city.staff:
        email = email_of(city, role)
        password = known.setdefault(email, secrets.token_urlsafe(9))
        user = User.objects.filter(email=email).first() or User(email=email, username=email)
        user.display_name = f"{organisation.name['en']} {role}"
        if not user.check_password(password):
            user.set_password(password)
        user.save()
        Membership.objects.update_or_create(
            user=user, organisation=organisation, defaults={"role": role}
        )
    _write(known)


def _read() -> dict[str, str]:
    path = signins_file()
    if not path.exists():
        return {}
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 2 and "@" in row[0]}


def _write(known: dict[str, str]) -> None:
    path = signins_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    width = max(map(len, known))
    lines = [f"{email:<{width}}  {password}" for email, password in known.items()]
    # Passwords are for the owner of the checkout alone.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write("\n".join(lines) + "\n")
