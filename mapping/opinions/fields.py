"""The fields of the opinion filter that this room knows: parsing and the question to the data."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn

import shapely
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import MultiPolygon

from layers.models import Feature, Layer
from mapping.accounts.problems import Problem
from mapping.accounts.texts import in_language
from mapping.opinions.filters import Asked, FilterField, register_field
from mapping.opinions.models import Opinion, Placement
from mapping.opinions.shapes import parse_geometry
from mapping.opinions.states import GONE, State
from mapping.opinions.words import search_form
from mapping.projects.phases import PhaseKind
from mapping.projects.questions import choice_values, public_questions
from mapping.projects.rules import can_moderate, can_see_answers

Parsed = tuple[Q, str, str]

NO_CATEGORY = "none"
NO_ID = -1
LONGEST_SEARCH = 100
MOST_WORDS = 8
MAX_WITHIN_VERTICES = 500
FIRST_YEAR, LAST_YEAR = 1900, 2200


def _category(asked: Asked) -> Parsed:
    known = {category.slug: category for category in asked.project.categories.all()}
    slugs = asked.listed()
    unknown = [slug for slug in slugs if slug not in known and slug != NO_CATEGORY]
    if unknown or not slugs:
        raise asked.refused(_("分類がありません。"), choices=[*known, NO_CATEGORY])
    q = Q(category__in=[known[slug].pk for slug in slugs if slug in known])
    if NO_CATEGORY in slugs and NO_CATEGORY not in known:
        q |= Q(category=None)
    names = [
        in_language(known[slug].name, asked.project.language) if slug in known else _("分類なし")
        for slug in slugs
    ]
    return q, ",".join(slugs), _("、").join(names)


def _choices(asked: Asked, labels: dict[str, Any], column: str) -> Parsed:
    chosen = asked.listed()
    if not chosen or any(value not in labels for value in chosen):
        raise asked.refused(choices=list(labels))
    shown = _("、").join(str(labels[value]) for value in chosen)
    return Q(**{f"{column}__in": chosen}), ",".join(chosen), shown


def _outcome(asked: Asked) -> Parsed:
    return _choices(asked, dict(Opinion.Outcome.choices), "outcome")


def _geometry(asked: Asked) -> Parsed:
    return _choices(asked, dict(Opinion.Kind.choices), "kind")


def _state(asked: Asked) -> Parsed:
    open_to_staff = {value: label for value, label in State.choices if value not in GONE}
    parsed = _choices(asked, open_to_staff, "state")
    if parsed[1] != State.PUBLISHED and not can_moderate(asked.actor, asked.project):
        raise asked.refused(_("公開中の声だけを選べます。"), choices=[State.PUBLISHED])
    return parsed


def _phase(asked: Asked) -> Parsed:
    phases = asked.project.dated_phases
    value = asked.value
    if value in PhaseKind.values:
        ids = [phase.pk for phase in phases if phase.kind == value]
        # An empty list would make the queryset empty before it becomes SQL, which raw SQL wraps.
        return Q(phase__in=ids or [NO_ID]), value, str(PhaseKind(value).label)
    found = next((phase for phase in phases if str(phase.pk) == value), None)
    if found is None:
        raise asked.refused(
            _("フェーズがありません。"),
            choices=[*PhaseKind.values, *(str(phase.pk) for phase in phases)],
        )
    return Q(phase=found.pk), value, str(found)


def _moment(asked: Asked, *, is_end: bool) -> tuple[datetime, str]:
    """A date or a moment; the end of a range includes its whole day."""
    text = asked.value
    try:
        if len(text) <= 10:
            day = date.fromisoformat(text)
            moment = datetime.combine(day, time())
            moment += timedelta(days=1) if is_end else timedelta()
        else:
            moment = datetime.fromisoformat(text)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(text)
    except (ValueError, OverflowError) as error:
        raise asked.refused(_("日付は 2026-11-22 のように書いてください。")) from error
    aware = moment if moment.tzinfo else make_aware(moment, get_current_timezone())
    return aware, text


def _from(asked: Asked) -> Parsed:
    moment, text = _moment(asked, is_end=False)
    return Q(created_at__gte=moment), text, text


def _to(asked: Asked) -> Parsed:
    moment, text = _moment(asked, is_end=True)
    return Q(created_at__lt=moment), text, text


def _words(asked: Asked) -> Parsed:
    text = asked.value.strip()
    words = search_form(text).split()
    if len(text) > LONGEST_SEARCH or len(words) > MOST_WORDS:
        raise asked.refused(_("ことばを短くしてください。"))
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise asked.refused()
    q = Q()
    for word in words:
        q &= Q(search_text__contains=word)
    return q, text, text


def _bbox(asked: Asked) -> Parsed:
    try:
        w, s, e, n = (float(part) for part in asked.value.split(","))
    except ValueError as error:
        raise asked.refused(_("西,南,東,北 を度で書いてください。")) from error
    within_range = all(math.isfinite(number) for number in (w, s, e, n)) and (
        -180 <= w <= e <= 180 and -90 <= s <= n <= 90
    )
    if not within_range:
        raise asked.refused(_("西,南,東,北 を度で書いてください。"))
    box = Polygon.from_bbox((w, s, e, n))
    box.srid = 4326
    return Q(public_geometry__intersects=box), f"{w},{s},{e},{n}", _("地図の範囲")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _within(asked: Asked) -> Parsed:
    try:
        value = json.loads(asked.value, parse_constant=_refuse_constant)
        area = _polygons(value)
    except (ValueError, RecursionError) as error:
        raise asked.refused(_("within は GeoJSON の面で送ってください。")) from error
    except Problem as problem:
        raise asked.refused(problem.detail, reason=problem.code) from problem
    if not shapely.is_valid(area):
        raise asked.refused(_("面が重なっています。"))
    drawn = GEOSGeometry(memoryview(area.wkb), srid=4326)
    canonical = json.dumps(value, separators=(",", ":"))
    return Q(public_geometry__intersects=drawn), canonical, _("囲んだ範囲")


def _polygons(value: Any) -> Any:
    """A Polygon or MultiPolygon within the vertex cap."""
    is_many = isinstance(value, dict) and value.get("type") == "MultiPolygon"
    if not is_many:
        return parse_geometry(value, ("area",), MAX_WITHIN_VERTICES)
    parts = value.get("coordinates")
    if not isinstance(parts, list) or not 0 < len(parts) <= MAX_WITHIN_VERTICES // 4:
        raise ValueError("coordinates")
    polygons = [
        parse_geometry({"type": "Polygon", "coordinates": part}, ("area",), MAX_WITHIN_VERTICES)
        for part in parts
    ]
    made = MultiPolygon(polygons)
    if shapely.get_num_coordinates(made) > MAX_WITHIN_VERTICES:
        raise ValueError("vertices")
    return made


def _in(asked: Asked) -> Parsed:
    layer_id, __, feature_id = asked.value.partition(":")
    layer = _grouping_layer(asked, layer_id)
    placed = Placement.objects.on(asked.basis).filter(layer=layer.pk)
    if feature_id == "outside":
        q = Q(~Exists(placed.filter(opinion=OuterRef("pk"))))
        return q, asked.value, f"{layer.title}：{layer.outside_title}"
    if not _is_id(feature_id):
        raise asked.refused(_("in は <レイヤ>:<地物> で書いてください。"))
    feature = Feature.objects.filter(layer=layer, pk=int(feature_id)).only("name").first()
    if feature is None:
        raise asked.refused(_("区域がありません。"))
    q = Q(pk__in=placed.filter(feature=feature.pk).values("opinion"))
    return q, f"{layer.pk}:{feature.pk}", f"{layer.title}：{feature.name}"


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _grouping_layer(asked: Asked, layer_id: str) -> Layer:
    layers = Layer.objects.visible_to(asked.actor).grouping()
    found = None
    if _is_id(layer_id):
        in_project = layers.filter(in_projects__project=asked.project, pk=int(layer_id))
        found = in_project.distinct().first()
    if found is None:
        raise asked.refused(_("集計区域がありません。"))
    return found


def _answer(asked: Asked) -> Parsed:
    name = asked.name.split(".", 1)[1]
    readable = public_questions(asked.project.questions)
    if can_see_answers(asked.actor, asked.project):
        readable = [question["name"] for question in asked.project.questions]
    questions = {one["name"]: one for one in asked.project.questions if one["name"] in readable}
    question = questions.get(name)
    if question is None:
        raise asked.refused(_("この設問はありません。"), choices=list(questions))
    return _ANSWERS[question["type"]](asked, question)


def _answer_choice(asked: Asked, question: dict[str, Any]) -> Parsed:
    chosen = asked.listed()
    if any(value not in choice_values(question) for value in chosen):
        raise asked.refused(choices=choice_values(question))
    q = Q()
    for value in chosen:
        held = [value] if question["type"] == "multiple" else value
        q |= Q(answers__contains={question["name"]: held})
    return q, ",".join(chosen), _("、").join(chosen)


def _answer_number(asked: Asked, question: dict[str, Any]) -> Parsed:
    try:
        number = float(asked.value)
    except ValueError as error:
        raise asked.refused(_("数で書いてください。")) from error
    if not math.isfinite(number):
        raise asked.refused(_("数で書いてください。"))
    exact = int(number) if number.is_integer() else number
    return Q(answers__contains={question["name"]: exact}), asked.value, asked.value


def _answer_text(asked: Asked, question: dict[str, Any]) -> Parsed:
    if len(asked.value) > LONGEST_SEARCH:
        raise asked.refused(_("ことばを短くしてください。"))
    q = Q(**{f"answers__{question['name']}__icontains": asked.value})
    return q, asked.value, asked.value


_ANSWERS = {
    "choice": _answer_choice,
    "multiple": _answer_choice,
    "text": _answer_text,
    "number": _answer_number,
    "scale": _answer_number,
}


def register() -> None:
    """Make this room's fields known, in the order in which they are shown."""
    for name, label, parse, description, takes_many in (
        (
            "category",
            gettext_lazy("分類"),
            _category,
            "slug; several repeat it or use commas",
            True,
        ),
        ("outcome", gettext_lazy("対応状況"), _outcome, "outcome; several as category", True),
        ("phase", gettext_lazy("フェーズ"), _phase, "kind or id of a phase", False),
        ("geometry", gettext_lazy("形"), _geometry, "pin, line, area; several as category", True),
        ("from", gettext_lazy("から"), _from, "date (its beginning) or moment, ISO 8601", False),
        ("to", gettext_lazy("まで"), _to, "date (whole day included) or moment", False),
        ("q", gettext_lazy("ことば"), _words, "words that all stand in the text", False),
        ("bbox", gettext_lazy("範囲"), _bbox, "west,south,east,north in degrees", False),
        ("in", gettext_lazy("区域"), _in, "<layer id>:<feature id> or <layer id>:outside", False),
        ("within", gettext_lazy("範囲"), _within, "GeoJSON Polygon or MultiPolygon", False),
        ("answer.", gettext_lazy("設問"), _answer, "answer to a question", False),
        ("state", gettext_lazy("公開状態"), _state, "staff: waiting, published, hidden", True),
    ):
        register_field(FilterField(name, label, parse, description, takes_many))
