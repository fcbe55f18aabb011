"""What a reader may do in a project, by name. Rooms register; projects only lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor
    from mapping.projects.models import Project

Predicate = Callable[["Actor", "Project"], bool]

_permissions: dict[str, Predicate] = {}


def register_permission(name: str, predicate: Predicate) -> None:
    """Say who may do `name` (such as "add_opinion") in a project."""
    _permissions[name] = predicate


def permissions_of(actor: Actor, project: Project) -> dict[str, bool]:
    """Every registered permission of this person in this project."""
    return {name: bool(allows(actor, project)) for name, allows in sorted(_permissions.items())}
