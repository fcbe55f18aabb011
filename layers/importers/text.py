"""Text in files from many hands: encodings told apart strictly, values made fit for JSON."""

from __future__ import annotations

import codecs
import csv
import io
import math
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError

# Windows-31J is what Japanese Windows means when a .cpg says Shift_JIS.
SHIFT_JIS_NAMES = {
    "shift_jis",
    "shiftjis",
    "sjis",
    "cp932",
    "ms932",
    "932",
    "windows-31j",
    "ms_kanji",
}
UTF8_BOM = b"\xef\xbb\xbf"
LABEL_HEADER = ("original_name", "display_name")


def known_encoding(name: str) -> str:
    """Python's name of an encoding that a .cpg or a person names; "" if Python has none.

    Shift_JIS is read as its superset CP932. Numbers as in ".cpg: 1252" are code pages.
    """
    wanted = name.strip().lower().replace(" ", "_")
    if wanted in SHIFT_JIS_NAMES:
        return "cp932"
    for candidate in (wanted, f"cp{wanted}"):
        try:
            # Some codecs (hex, rot13) are no text encodings; only using them tells.
            "a".encode(candidate)
            return codecs.lookup(candidate).name
        except LookupError:
            continue
    return ""


def wanted_encoding(name: str) -> str:
    """The encoding a person gave with --encoding, "" for none given.

    Raises:
        LayerImportError: there is no such encoding.
    """
    if not name:
        return ""
    encoding = known_encoding(name)
    if not encoding:
        raise LayerImportError(
            _(
                "文字コード %(name)s はありません。"
                "--encoding には UTF-8 か CP932 などを指定してください。"
            )
            % {"name": name}
        )
    return encoding


def fits(raw: list[bytes], encoding: str) -> bool:
    """Whether every piece decodes strictly; a character cut off at a piece's end is forgiven.

    DBF fields have a fixed length and cut the last character in two.
    """
    try:
        for piece in raw:
            codecs.getincrementaldecoder(encoding)().decode(piece, final=False)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def dbf_text(path: Path) -> list[bytes]:
    """Raw field names and character values of a DBF table, padding removed.

    Raises:
        LayerImportError: the header doesn't describe the file.
    """
    raw = path.read_bytes()
    header, width = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    fields = _dbf_fields(raw[32:header])
    if len(raw) < 32 or not width or header > len(raw):
        raise LayerImportError(_("属性ファイル（.dbf）が壊れています。"))
    pieces = [name for name, _start, _length, _kind in fields]
    places = [(start, length) for _name, start, length, kind in fields if kind == b"C"]
    for record in range(header, len(raw) - width + 1, width):
        for start, length in places:
            value = raw[record + start : record + start + length].rstrip(b" \0")
            if not value.isascii():
                pieces.append(value)
    return pieces


def _dbf_fields(header: bytes) -> list[tuple[bytes, int, int, bytes]]:
    fields = []
    start = 1
    for offset in range(0, len(header) - 31, 32):
        entry = header[offset : offset + 32]
        if entry[0] == 0x0D:
            break
        fields.append((entry[:11].split(b"\0")[0], start, entry[16], entry[11:12]))
        start += entry[16]
    return fields


def dbf_encoding(dbf: Path, declared: str) -> tuple[str, bool]:
    """Encoding of a DBF table and whether the declared one (.cpg) proved wrong.

    The declared one counts if all text fits it; else UTF-8, else CP932, each strictly.

    Raises:
        LayerImportError: no encoding fits; names --encoding.
    """
    pieces = dbf_text(dbf)
    stated = known_encoding(declared) if declared else ""
    for encoding in filter(None, (stated, "utf-8", "cp932")):
        if fits(pieces, encoding):
            return encoding, bool(stated) and encoding != stated
    raise LayerImportError(unknown_encoding())


def unknown_encoding() -> str:
    """The one line that asks for an encoding."""
    return _(
        "文字コードがUTF-8でもCP932（Shift_JIS）でもありません。--encoding で指定してください。"
    )


def decode(raw: bytes, wanted: str = "") -> tuple[str, str]:
    """Text of a whole file and its encoding: `wanted`, else by BOM, strict UTF-8, strict CP932.

    Raises:
        LayerImportError: nothing fits; names --encoding.
    """
    if wanted in ("utf-8", "") and raw.startswith(UTF8_BOM):
        wanted = "utf-8-sig"
    elif raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        wanted = wanted or "utf-16"
    for encoding in (wanted,) if wanted else ("utf-8", "cp932"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    if wanted:
        raise LayerImportError(
            _("このファイルは %(name)s では読めません。--encoding を見直してください。")
            % {"name": wanted}
        )
    raise LayerImportError(unknown_encoding())


def read_labels(raw: bytes) -> tuple[dict[str, str], list[str]]:
    """Labels by field name from an `attributes.csv`, and the fields flagged to name the features.

    The layout is that of Japanese cities' GIS exports: original_name, display_name, label_flag.
    """
    text, _encoding = decode(raw)
    labels: dict[str, str] = {}
    naming: list[str] = []
    for row in csv.DictReader(io.StringIO(text)):
        name, label = (clean_text(row.get(column) or "") for column in LABEL_HEADER)
        if name and label:
            labels[name] = label
        if name and (row.get("label_flag") or "").strip() == "1":
            naming.append(name)
    return labels, naming


def clean_text(text: str) -> str:
    """Text as it is stored: NFC, no NUL, no lone surrogate, no padding."""
    kept = "".join(char for char in text if char != "\0" and not "\ud800" <= char <= "\udfff")
    return unicodedata.normalize("NFC", kept).strip()


def clean_value(value: object) -> object:
    """An attribute value fit for JSON: numbers stay numbers, NaN becomes None, dates ISO texts."""
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_value(item) for item in value]
    return None


def unique_keys(names: list[str], labels: dict[str, str]) -> dict[str, str]:
    """Attribute key by source field name: the label if labels all differ, else the name."""
    wanted = {name: labels.get(name) or name for name in names}
    if len(set(wanted.values())) == len(wanted):
        return wanted
    return {name: name for name in names}
