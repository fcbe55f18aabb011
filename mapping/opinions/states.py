"""States of an opinion (公開状態) and which changes are allowed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Whether a voice is public, and if not, why."""

    WAITING = "waiting", _("確認待ち")
    PUBLISHED = "published", _("公開中")
    HIDDEN = "hidden", _("非公開")
    WITHDRAWN = "withdrawn", _("本人が取り下げ")
    ERASED = "erased", _("消去")


TRANSITIONS: dict[str, frozenset[str]] = {
    State.WAITING: frozenset({State.PUBLISHED, State.HIDDEN, State.WITHDRAWN, State.ERASED}),
    # Reworded where the staff reads first, a voice waits again.
    State.PUBLISHED: frozenset({State.WAITING, State.HIDDEN, State.WITHDRAWN, State.ERASED}),
    State.HIDDEN: frozenset({State.PUBLISHED, State.WITHDRAWN, State.ERASED}),
    State.WITHDRAWN: frozenset({State.ERASED}),
    State.ERASED: frozenset(),
}

GONE = frozenset({State.WITHDRAWN, State.ERASED})


class TransitionError(Exception):
    """A change of state that isn't allowed."""


def check_transition(before: str, after: str) -> None:
    """Refuse a change that TRANSITIONS doesn't list.

    Raises:
        TransitionError: naming both states.
    """
    if after not in TRANSITIONS[before]:
        raise TransitionError(f"{before} → {after}")
