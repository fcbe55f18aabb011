"""Japanese is the language the texts are written in; everything stands in English too."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from tests.english import JAPANESE, make_english_project
from tests.factories import OpinionFactory
from tests.people import Person

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = ROOT / "locale" / "en" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
SOURCES = ("config", "layers", "mapping", "static/js")
PLACEHOLDER = re.compile(r"%\(\w+\)(?:\.\d)?[sdf]|%[sd]|</?strong>|\{\w*\}")

# Japanese that isn't ours to translate: data of cities, names in their files, letters on maps.
PYTHON_DATA = (
    *("mapping/demo/", "layers/styles.py", "layers/importers/naming.py", "config/apps.py"),
    *("config/health.py", "mapping/accounts/municipalities.py", "mapping/accounts/models.py"),
    *("layers/importers/table.py", "mapping/opinions/importing/columns.py"),
    *("mapping/opinions/importing/values.py", "mapping/projects/opening.py"),
)
PYTHON_SIGNS = {"。", "\u3000", "＝", "＋", "－", "＠"}
SCRIPT_DATA = {"駅", "文", "$1", "高", "を加工して作成", "を加工"}
TEMPLATE_DATA = {"日本語"}


@dataclass(frozen=True)
class Message:
    """One text of a catalogue, with its translation if it has one."""

    context: str
    text: str
    plural: str
    translations: tuple[str, ...]
    is_fuzzy: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same text in two catalogues."""
        return self.context, self.text, self.plural


def messages(catalogue: Path) -> Iterator[Message]:
    """Yield what a .po or .pot file holds, but its header."""
    for block in catalogue.read_text(encoding="utf-8").split("\n\n"):
        found: dict[str, str] = {}
        field = ""
        for line in block.splitlines():
            start = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line)
            if start:
                field = start.group(1)
                found[field] = ast.literal_eval(start.group(2))
            elif line.startswith('"'):
                found[field] += ast.literal_eval(line)
        if found.get("msgid"):
            made = tuple(text for name, text in found.items() if name.startswith("msgstr"))
            names = ("msgctxt", "msgid", "msgid_plural")
            context, text, plural = (found.get(name, "") for name in names)
            yield Message(context, text, plural, made, "fuzzy" in block.split("msgid")[0])


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with django.pot and djangojs.pot as the sources have them now."""
    copy = tmp_path_factory.mktemp("sources")
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".html", ".txt", ".js"):
                target = copy / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--keep-pot", "-l", "en", "-d"]
    for domain in DOMAINS:
        subprocess.run([*command, domain], cwd=copy, check=True, capture_output=True)
    return copy / "locale"


@pytest.mark.parametrize("domain", DOMAINS)
class TestCatalogues:
    def test_every_text_of_the_sources_has_an_entry(self, extracted: Path, domain: str):
        known = {message.key for message in messages(ENGLISH / f"{domain}.po")}
        wanted = [message.key for message in messages(extracted / f"{domain}.pot")]
        assert len(wanted) > 200
        assert [key for key in wanted if key not in known] == []

    def test_every_entry_is_translated_for_certain(self, domain: str):
        wrong = [
            message.text
            for message in messages(ENGLISH / f"{domain}.po")
            if message.is_fuzzy
            or not all(message.translations)
            or len(message.translations) != (2 if message.plural else 1)
        ]
        assert wrong == []

    def test_places_for_values_and_tags_are_the_same(self, domain: str):
        wrong = [
            (message.text, made)
            for message in messages(ENGLISH / f"{domain}.po")
            for made in message.translations
            if sorted(PLACEHOLDER.findall(made)) != sorted(PLACEHOLDER.findall(message.text))
        ]
        assert wrong == []

    def test_english_is_written_in_latin_letters(self, domain: str):
        made = [text for entry in messages(ENGLISH / f"{domain}.po") for text in entry.translations]
        assert [text for text in made if JAPANESE.search(text)] == []

    def test_a_text_with_a_count_has_no_twin_without(self, domain: str):
        """Python finds no plain translation for a text that the catalogue has with a plural."""
        entries = list(messages(ENGLISH / f"{domain}.po"))
        plain = {(entry.context, entry.text) for entry in entries if not entry.plural}
        assert [e.text for e in entries if e.plural and (e.context, e.text) in plain] == []


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every text that can be translated."""
    entries = [entry for domain in DOMAINS for entry in messages(ENGLISH / f"{domain}.po")]
    return {entry.text for entry in entries}


class TestSources:
    """No text slips past the extraction: what is Japanese in the sources is in a catalogue."""

    def test_scripts_say_nothing_untranslatable(self, known: set[str]):
        missing = []
        for path in sorted((ROOT / "static" / "js").rglob("*.js")):
            code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(), flags=re.S | re.M)
            templates = [re.sub(r"\$\{[^}]*\}", "", text) for text in re.findall("`([^`]*)`", code)]
            said = {*re.findall(r'"((?:[^"\\\n]|\\.)*)"', code), *templates} - known - SCRIPT_DATA
            missing += [(path.name, text) for text in sorted(said) if JAPANESE.search(text)]
        assert missing == []

    def test_templates_say_nothing_untranslatable(self):
        missing = []
        for path in sorted(ROOT.glob("*/**/templates/**/*.html")):
            page = re.sub(r"{#.*?#}|{% ?comment.*?endcomment ?%}", "", path.read_text(), flags=re.S)
            page = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", page, flags=re.S)
            page = re.sub(r"{% translate .*?%}", "", page)
            found = re.findall(rf"(?:{JAPANESE.pattern})+", page)
            missing += [(path.name, text) for text in found if text not in TEMPLATE_DATA]
        assert missing == []

    def test_python_says_nothing_untranslatable(self, known: set[str]):
        missing = []
        for folder in ("config", "layers", "mapping"):
            for path in sorted((ROOT / folder).rglob("*.py")):
                name = str(path.relative_to(ROOT))
                if name.startswith(PYTHON_DATA) or "/migrations/" in name:
                    continue
                said = set(said_in(path)) - known - PYTHON_SIGNS
                missing += [(name, text) for text in sorted(said) if "団体コード" not in text]
        assert missing == []


def said_in(path: Path) -> Iterator[str]:
    """Japanese string constants of a module, without docstrings and comments in SQL."""
    tree = ast.parse(path.read_text())
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    patterns = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("search", "compile", "replace", "sub", "match")
        for argument in node.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_said = id(node) not in notes | patterns
            if is_said and JAPANESE.search(node.value):
                yield node.value


class Seen(HTMLParser):
    """What a reader of English meets on a page: texts, labels and titles, but for `lang=ja`."""

    LABELS = ("aria-label", "title", "placeholder", "alt", "content", "value")
    VOID = ("meta", "link", "input", "img", "br", "use", "path", "circle", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Labels count; what is said in Japanese on purpose doesn't."""
        given = dict(attributes)
        is_hidden = given.get("lang") == "ja" or tag == "style" or self._is_hidden
        if not is_hidden:
            self.found += [given[name] or "" for name in self.LABELS if name in given]
        if tag not in self.VOID:
            self._hidden.append(is_hidden)

    def handle_endtag(self, tag: str) -> None:
        """Back to the element around."""
        if tag not in self.VOID:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        """Texts, those in JSON for scripts too."""
        if not self._is_hidden:
            self.found.append(data)

    @property
    def _is_hidden(self) -> bool:
        return bool(self._hidden) and self._hidden[-1]


def japanese_in(page: str) -> list[str]:
    """Japanese texts that a page shows to a reader of English."""
    seen = Seen()
    seen.feed(page)
    # JSON in a page writes letters as they are, or as escapes.
    texts = [re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), t) for t in seen.found]
    return [text.strip()[:120] for text in texts if JAPANESE.search(text)]


@pytest.fixture
def english_project(db: None) -> Project:
    """A city that writes in both languages."""
    return make_english_project()


@pytest.fixture
def voice(english_project: Project, resident: Person) -> Opinion:
    """What a visitor said in English."""
    return OpinionFactory(
        project=english_project, category=english_project.categories.get(), language="en",
        text="The pavement is too narrow.", participant=resident.participant,
    )  # fmt: skip


@pytest.fixture
def visitor(client: Client) -> Client:
    """Somebody whose browser asks for English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en-GB,en;q=0.9"
    return client


class TestPagesInEnglish:
    @pytest.mark.parametrize(
        "address",
        [
            "/", "/projects/walk/", "/projects/walk/?q=bench&category=walk&outcome=received",
            "/projects/walk/analysis/", "/voice/", "/accounts/login/", "/api/docs/",
            "/nowhere/", "/projects/walk/?category=nothing",
        ],
    )  # fmt: skip
    def test_a_visitor_meets_no_japanese(self, voice: Opinion, visitor: Client, address: str):
        page = visitor.get(address)
        assert '<html lang="en"' in page.content.decode()
        assert japanese_in(page.content.decode()) == []

    def test_a_voice_of_its_own_page_is_in_english(self, voice: Opinion, visitor: Client):
        page = visitor.get(voice.get_absolute_url()).content.decode()
        assert "No replies yet." in page
        assert japanese_in(page) == []

    @pytest.mark.parametrize(
        "path",
        ["", "opinions/", "opinions/?category=nothing", "here/?lon=138.3137&lat=34.8712", "cells/"],
    )
    def test_the_api_answers_in_english(self, voice: Opinion, visitor: Client, path: str):
        told = visitor.get(f"/api/v1/projects/walk/{path}").content.decode()
        spoken = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), told)
        assert JAPANESE.findall(spoken) == []

    def test_what_layers_said_at_a_voice_is_told_in_the_readers_language(
        self, voice: Opinion, visitor: Client
    ):
        told = {}
        for language in ("en", "ja"):
            visitor.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            (feature,) = visitor.get("/api/v1/projects/walk/opinions/").json()["features"]
            told[language] = [fact["text"] for fact in feature["properties"]["here"]]
        assert told == {"en": ["District 1 neighbourhood"], "ja": ["District 1地区"]}
        assert [fact["text"] for fact in voice.here] == told["ja"]

    def test_a_refusal_is_in_the_readers_language(self, voice: Opinion, visitor: Client):
        told: dict[str, Any] = {}
        for language in ("en", "ja"):
            visitor.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            told[language] = visitor.get("/api/v1/projects/walk/opinions/?outcome=no").json()
        assert not JAPANESE.search(told["en"]["title"])
        assert JAPANESE.search(told["ja"]["title"])

    def test_counts_are_right_for_one_and_for_many(self, voice: Opinion, visitor: Client):
        assert "1 voice<" in visitor.get("/projects/walk/").content.decode().replace(" ·", "<")
        OpinionFactory(project=voice.project, category=voice.category, text="Shade, please.")
        assert "2 voices<" in visitor.get("/projects/walk/").content.decode().replace(" ·", "<")


class TestJapanese:
    def test_japanese_needs_no_catalogue(self):
        with translation.override("ja"):
            assert translation.gettext("声をのせる") == "声をのせる"
            assert translation.ngettext("あと%(days)s日", "あと%(days)s日", 1) == "あと%(days)s日"
            assert JAPANESE.search(translation.gettext("Enter a valid email address."))

    def test_a_reader_of_another_language_gets_the_language_of_the_house(self, client: Client):
        page = client.get("/nowhere/", headers={"Accept-Language": "fr"})
        assert '<html lang="ja"' in page.content.decode()

    @pytest.mark.parametrize("code", ["en", "en-GB", "en-US"])
    def test_every_english_is_english(self, client: Client, code: str):
        page = client.get("/nowhere/", headers={"Accept-Language": code})
        assert "Page not found" in page.content.decode()

    def test_scripts_get_the_words_of_their_language(self, client: Client):
        from config.views import catalogue_version

        english, japanese = (
            client.get(f"/jsi18n/{catalogue_version()}/{code}.js").content.decode()
            for code in ("en", "ja")
        )
        assert "Your voice is on the map" in english
        assert "Your voice is on the map" not in japanese
