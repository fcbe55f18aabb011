"""Categories of a project by slug or by name, made where they are missing and may be."""

from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext as _

from mapping.opinions.importing.values import RowError
from mapping.opinions.words import search_form
from mapping.projects.models import Category, Project

# At most eight colours on one map; further categories share grey with icons of their own.
COLOURS = (
    "#0B6E99", "#C5321A", "#2E7D32", "#8E5A00", "#6A3FA0", "#B0247A", "#00756A", "#4A5568",
)  # fmt: skip
SHARED_GREY = "#6F7078"
SLUG_LENGTH = 60


class Categories:
    """Finds categories; `created` holds the names of those it had to make."""

    def __init__(self, project: Project, *, may_create: bool) -> None:
        self.created: list[str] = []
        self._project = project
        self._may_create = may_create
        self._known: dict[str, Category] = {}
        self._slugs: set[str] = set()
        for category in project.categories.all():
            self._remember(category)

    def named(self, name: str) -> Category:
        """The category with this slug, or this name in any language.

        Raises:
            RowError: there is none and none may be made.
        """
        found = self._known.get(_folded(name))
        if found is not None:
            return found
        if not self._may_create:
            raise RowError(
                _("分類「%s」がありません。--create-categories をつけると作ります。") % name
            )
        return self._create(name)

    def _create(self, name: str) -> Category:
        count = len(self._slugs)
        category = Category.objects.create(
            project=self._project,
            slug=self._free_slug(name),
            name={self._project.language: name},
            colour=COLOURS[count] if count < len(COLOURS) else SHARED_GREY,
            order=count,
        )
        self._remember(category)
        self.created.append(name)
        return category

    def _free_slug(self, name: str) -> str:
        base = slugify(name)[: SLUG_LENGTH - 4].strip("-") or "category"
        slug, number = base, 2
        while slug in self._slugs or slug == "none":
            slug, number = f"{base}-{number}", number + 1
        return slug

    def _remember(self, category: Category) -> None:
        self._slugs.add(category.slug)
        for name in (category.slug, *category.name.values()):
            self._known.setdefault(_folded(name), category)


def _folded(name: str) -> str:
    return search_form(name).strip()
