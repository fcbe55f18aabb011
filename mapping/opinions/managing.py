"""The manage link: a 30-minute session that can do one voice only."""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mapping.accounts.models import hash_key
from mapping.accounts.problems import Problem, forbidden
from mapping.accounts.ratelimit import count_or_refuse
from mapping.opinions import writing
from mapping.opinions.models import Opinion

SESSION_NAME = "voice"
SESSION_SECONDS = 30 * 60


def open_session(request: HttpRequest, key: str) -> Opinion:
    """Bind the browser's session to the voice of this key for 30 minutes.

    Raises:
        Problem: 404 `wrong-key`.
        TooOftenError: too many tries, right or wrong, from this device or address.
    """
    count_or_refuse(request, "manage")
    voice = Opinion.objects.filter(manage_key_hash=hash_key(key)).first() if key else None
    if voice is None:
        raise Problem(
            404,
            "wrong-key",
            _("この管理リンクは使えません"),
            _("リンクの最後まで写せているか確かめてください。"),
        )
    request.session[SESSION_NAME] = {"id": voice.pk, "until": time.time() + SESSION_SECONDS}
    return voice


def reword(request: HttpRequest, text: object) -> Opinion:
    """Give the voice of the session new words; it counts as a voice that was sent.

    Raises:
        Problem: no session, or what `writing.edit` refuses.
        TooOftenError: too much was sent from this device or address.
    """
    voice = voice_of(request)
    count_or_refuse(request, "opinion")
    return writing.edit(voice, text)


def close_session(request: HttpRequest) -> None:
    """Forget the voice that the session was bound to."""
    request.session.pop(SESSION_NAME, None)


def voice_of(request: HttpRequest) -> Opinion:
    """The voice that the session is bound to.

    Raises:
        Problem: 403 `no-voice-session` when there is none or its time is over.
    """
    bound = request.session.get(SESSION_NAME) or {}
    if "id" in bound and bound.get("until", 0) > time.time():
        voices = Opinion.objects.select_related("project__organisation", "category")
        voice = voices.filter(pk=bound["id"]).first()
        if voice is not None:
            return voice
    raise forbidden(_("管理リンクをもう一度開いてください。"), code="no-voice-session")
