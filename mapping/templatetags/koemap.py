"""Tags of the page shell: icons, modules to preload, queries and figures."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.context import Context
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

register = template.Library()

STATIC_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^;]*?from\s+["'](\.[^"']+)["'];""", re.M)
DARK_ON = {"#56b4e9", "#e69f00", "#cc79a7", "#f0e442"}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite, invisible to screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#icon-{}"></use></svg>',
        extra,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def tile(category: dict[str, str] | None, extra: str = "") -> SafeString:
    """A category's icon on its colour; grey bubble where a voice has no category."""
    shown = category or {"icon": "voice", "colour": "#6f7078"}
    colour = str(shown["colour"]).lower()
    ink = "#1a1a1c" if colour in DARK_ON else "#ffffff"
    return format_html(
        '<span class="tile {}" style="--tile:{};--tile-ink:{}">{}</span>',
        extra,
        colour,
        ink,
        icon(shown["icon"]),
    )


def _imports_of(path: str) -> list[str]:
    """Static paths that a module imports at load time."""
    found = finders.find(path)
    if not found:
        return []
    source = Path(found).read_text(encoding="utf-8")
    folder = PurePosixPath(path).parent
    return [_resolve(folder, target) for target in STATIC_IMPORT.findall(source)]


def _resolve(folder: PurePosixPath, target: str) -> str:
    parts: list[str] = []
    for part in (folder / target).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def module_graph(entry: str) -> list[str]:
    """The entry module and every module that it loads at once, nearest first (static paths)."""
    seen = [entry]
    for path in seen:
        seen.extend(found for found in dict.fromkeys(_imports_of(path)) if found not in seen)
    return seen


_cached_graph = lru_cache(maxsize=64)(module_graph)


@register.simple_tag
def module_preload(entry: str) -> SafeString:
    """`<link rel=modulepreload>` for an entry and everything that it imports at once."""
    graph = module_graph(entry) if settings.DEBUG else _cached_graph(entry)
    return format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((static(path),) for path in graph)
    )


@register.simple_tag
def module(entry: str) -> SafeString:
    """Preload tags and the script tag of a page's one entry module."""
    return format_html(
        '{}\n<script type="module" src="{}"></script>', module_preload(entry), static(entry)
    )


@register.simple_tag
def stylesheet_if_vendored(path: str) -> SafeString:
    """A style sheet of static/vendor/, if this checkout has it."""
    if finders.find(path) is None:
        return mark_safe("")  # noqa: S308 (a constant)
    return format_html('<link rel="stylesheet" href="{}">', static(path))


@register.simple_tag(takes_context=True)
def query_without(context: Context, *names: str, **values: object) -> str:
    """The page's query string without `names` and with `values` set, ready for an href."""
    query = context["request"].GET.copy()
    for name in names:
        query.pop(name, None)
    for name, value in values.items():
        query[name] = str(value)
    return "?" + query.urlencode()


@register.filter
def day(moment: datetime) -> str:
    """The day of a moment (here, not in UTC), with its year only when that isn't this one."""
    here = localtime(moment)
    is_this_year = here.year == localtime().year
    return date_format(here, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")


@register.filter
def as_json(value: object) -> str:
    """Compact JSON for a data attribute (the template escapes it)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
