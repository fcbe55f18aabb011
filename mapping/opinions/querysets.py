"""Questions to opinions and placements, by plain names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q

from mapping.opinions.states import GONE, State
from mapping.projects.models import Project
from mapping.projects.rules import MODERATORS

if TYPE_CHECKING:
    from mapping.accounts.actors import Actor

# [[id, lon, lat, category index, kind index], …] written by the database as text: 100,000 voices
# never become Python objects. Indexes point into the lists of the reply; no category is -1.
POINTS_SQL = """
SELECT count(*), coalesce(string_agg(
    '[' || id || ',' || ST_X(anchor) || ',' || ST_Y(anchor) || ','
    || coalesce(array_position(%s::bigint[], category_id) - 1, -1) || ','
    || array_position(ARRAY['pin', 'line', 'area'], kind::text) - 1 || ']',
    ',' ORDER BY id), '')
FROM ({chosen}) AS chosen
"""


class OpinionQuerySet(models.QuerySet):
    """Opinions. Counts, maps and lists of the public start from `published()`."""

    def published(self) -> OpinionQuerySet:
        """What everybody may read."""
        return self.filter(state=State.PUBLISHED)

    def in_project(self, project: Project) -> OpinionQuerySet:
        """Voices of one project."""
        return self.filter(project=project)

    def there(self) -> OpinionQuerySet:
        """Without tombstones."""
        return self.exclude(state__in=GONE)

    def visible_to(self, actor: Actor) -> OpinionQuerySet:
        """What this person may open.

        Published voices for everybody; the own ones whatever their state; every one of the own
        organisation for its moderators, planners and admins. Voices of drafts only for members.
        Tombstones for nobody. Public numbers never use this alone: see `published`.
        """
        opened = Q(project__in=Project.objects.visible_to(actor))
        readable = Q(state=State.PUBLISHED)
        moderated = [pk for pk in actor.roles if actor.has_role(pk, *MODERATORS)]
        if moderated:
            readable |= Q(project__organisation__in=moderated)
        if actor.participant_id is not None:
            readable |= Q(participant=actor.participant_id)
        return self.there().filter(opened, readable)

    def as_points(self, category_ids: list[int]) -> tuple[int, str]:
        """(how many, `[id,lon,lat,category,kind],…` as text) of all anchors: one query.

        Args:
            category_ids: `category` is the index in this list; -1 for none.
        """
        wanted = self.order_by().values("id", "anchor", "category_id", "kind")
        try:
            chosen, params = wanted.query.sql_with_params()
        except EmptyResultSet:
            return 0, ""
        with connection.cursor() as cursor:
            cursor.execute(POINTS_SQL.format(chosen=chosen), [category_ids, *params])
            return cursor.fetchone()


class PlacementQuerySet(models.QuerySet):
    """Placements."""

    def on(self, basis: str) -> PlacementQuerySet:
        """Those that count on the basis ("public" or "exact")."""
        return self.filter(basis__in=(basis, "both"))
