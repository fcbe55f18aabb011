"""Sign-in rules: accounts are for staff and are made by their organisation."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffOnlyAdapter(DefaultAccountAdapter):
    """No open sign-up: residents need no account, staff are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False
