"""Who is asking: a signed-in person, a device that spoke before, or a stranger.

Every predicate and every `visible_to` takes an `Actor`, so that page, API, tile and export put
the same question.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from mapping.accounts.models import Membership, Participant, Role, User, hash_key, new_key
from mapping.accounts.ratelimit import count_new_device

if TYPE_CHECKING:
    from mapping.accounts.models import Organisation

DEVICE_COOKIE = "koemap_device"
DEVICE_COOKIE_AGE = 5 * 365 * 24 * 3600


class Actor:
    """A person (`user`), a device (`participant`), both or neither.

    Attributes:
        user: the signed-in user, or an AnonymousUser.
        new_device_key: set when a key was made in this request and must go into the cookie.

    `before_first_word` is asked before a new participant is made, and may refuse.
    """

    def __init__(
        self,
        user: User | AnonymousUser | None = None,
        device_key: str = "",
        participant: Participant | None = None,
        before_first_word: Callable[[], None] = lambda: None,
    ) -> None:
        self.user = user if user is not None else AnonymousUser()
        self._device_key = device_key
        self._participant = participant
        self._before_first_word = before_first_word
        self.new_device_key = ""

    @cached_property
    def roles(self) -> dict[int, str]:
        """Role by organisation id of the signed-in person."""
        if not isinstance(self.user, User):
            return {}
        rows = Membership.objects.filter(user=self.user).values_list("organisation_id", "role")
        return dict(rows)

    def has_role(self, organisation: Organisation | int, *roles: str) -> bool:
        """Whether the person holds one of `roles` there; an admin holds them all."""
        organisation_id = organisation if isinstance(organisation, int) else organisation.pk
        return self.roles.get(organisation_id) in {*roles, Role.ADMIN}

    def is_member(self, organisation: Organisation | int) -> bool:
        """Whether the person belongs to the organisation in any role."""
        return self.has_role(organisation, *Role.values)

    @cached_property
    def participant(self) -> Participant | None:
        """The participant this device or account already is, if any."""
        if self._participant is not None:
            return self._participant
        if self._device_key:
            return Participant.objects.filter(key_hash=hash_key(self._device_key)).first()
        return None

    @property
    def participant_id(self) -> int | None:
        """Primary key of the participant, or None for a device that never spoke."""
        return self.participant.pk if self.participant else None

    def speak(self) -> Participant:
        """The participant of this device, made now if it speaks for the first time.

        Raises:
            TooOftenError: too many devices spoke for the first time from this address.
        """
        if self.participant is None:
            self._before_first_word()
            self.new_device_key = new_key()
            made = Participant.objects.create(key_hash=hash_key(self.new_device_key))
            self.participant = made
        return self.participant


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the middleware put on the request."""
    return request.actor  # type: ignore[attr-defined]


class ActorMiddleware:
    """Puts `request.actor` on each request and hands a new device key to the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = Actor(
            user=request.user,
            device_key=request.COOKIES.get(DEVICE_COOKIE, ""),
            before_first_word=partial(count_new_device, request),
        )
        request.actor = actor  # type: ignore[attr-defined]
        response = self.get_response(request)
        if actor.new_device_key:
            response.set_cookie(
                DEVICE_COOKIE,
                actor.new_device_key,
                max_age=DEVICE_COOKIE_AGE,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response
