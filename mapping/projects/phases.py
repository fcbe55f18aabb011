"""Which verbs a phase opens. Rooms register their own verbs; nothing else hard-codes them."""

from collections import defaultdict

from django.db import models
from django.utils.translation import gettext_lazy as _


class PhaseKind(models.TextChoices):
    """Kinds of a dated stage of a project."""

    INFORMATION = "information", _("お知らせ")
    IDEAS = "ideas", _("アイデア")
    CO_CREATION = "co_creation", _("共創")
    SURVEY = "survey", _("意向調査")
    RESULTS = "results", _("結果")


_open_verbs: dict[str, set[str]] = defaultdict(set)


def register_verb(verb: str, *kinds: str) -> None:
    """Say that `verb` (such as "add_opinion") is open in phases of these kinds."""
    for kind in kinds:
        _open_verbs[kind].add(verb)


def is_open(verb: str, kind: str | None) -> bool:
    """Whether a phase of this kind opens the verb; no running phase opens none."""
    return kind is not None and verb in _open_verbs[kind]
