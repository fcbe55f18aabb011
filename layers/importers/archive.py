"""Zips of Shapefiles: judged by their directory before a byte is unpacked, stored by our names."""

from __future__ import annotations

import shutil
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError

MAXIMUM_ENTRIES = 2000
MAXIMUM_BYTES = 1024**3
# DBF tables are padded with spaces and shrink a hundredfold, so small ones may; bombs go further.
MAXIMUM_RATIO = 250
RATIO_FREE_BYTES = 32 * 1024**2
UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED_PARTS = (".shp", ".shx", ".dbf")
LABELS_NAME = "attributes.csv"


@dataclass
class Shapefile:
    """The parts of one Shapefile inside a zip.

    Attributes:
        name: file name without folder and ending, as people see it.
        parts: zip entry by lower-case ending (".shp", ".dbf", …).
        labels: the `attributes.csv` beside it, if there is one.
    """

    name: str
    folder: str
    parts: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    labels: zipfile.ZipInfo | None = None


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The entry's path as its maker wrote it.

    Without the UTF-8 flag the zip module reads names as CP437; Japanese Windows writes CP932.
    """
    if entry.flag_bits & UTF8_FLAG:
        return entry.filename
    raw = entry.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip and check its directory.

    Raises:
        LayerImportError: not a zip, damaged, encrypted, too big, or with names that lead outside.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise LayerImportError(_("ZIPファイルが壊れているか、ZIPではありません。")) from error
    try:
        check_directory(archive.infolist())
    except LayerImportError:
        archive.close()
        raise
    return archive


def check_directory(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a zip by what its directory says, before anything is unpacked.

    Raises:
        LayerImportError: too many entries, too big, packed too tightly, or a dangerous entry.
    """
    if len(entries) > MAXIMUM_ENTRIES:
        raise LayerImportError(
            _("ZIPの中のファイルが多すぎます（%(count)d個、上限%(limit)d個）。")
            % {"count": len(entries), "limit": MAXIMUM_ENTRIES}
        )
    total = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if total > MAXIMUM_BYTES or (total > RATIO_FREE_BYTES and total / packed > MAXIMUM_RATIO):
        raise LayerImportError(
            _("ZIPを展開すると大きくなりすぎます（%(size)d MB）。") % {"size": total // 1024**2}
        )
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry_name(entry).replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":" or "\0" in name:
        raise LayerImportError(
            _("ZIPの中に外を指すファイル名があります：%(name)s") % {"name": repr(name)}
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise LayerImportError(_("ZIPの中にリンクがあります：%(name)s") % {"name": repr(name)})
    if entry.flag_bits & ENCRYPTED_FLAG:
        raise LayerImportError(_("パスワードのかかったZIPは読めません。"))


def shapefiles_in(archive: zipfile.ZipFile) -> list[Shapefile]:
    """The Shapefiles of a checked zip, by name.

    Raises:
        LayerImportError: none is there, or one lacks its .shx or .dbf.
    """
    found: dict[tuple[str, str], Shapefile] = {}
    labels: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        path = PurePosixPath(entry_name(entry).replace("\\", "/"))
        folder, ending = str(path.parent), path.suffix.lower()
        if path.name.lower() == LABELS_NAME:
            labels[folder] = entry
        elif ending in PARTS and not path.name.startswith("._"):
            shapefile = found.setdefault((folder, path.stem), Shapefile(path.stem, folder))
            shapefile.parts[ending] = entry
    shapefiles = [one for one in found.values() if ".shp" in one.parts]
    if not shapefiles:
        raise LayerImportError(_("ZIPの中にShapefile（.shp）がありません。"))
    for shapefile in shapefiles:
        _check_parts(shapefile)
        shapefile.labels = labels.get(shapefile.folder)
    return sorted(shapefiles, key=lambda one: (one.name, one.folder))


def _check_parts(shapefile: Shapefile) -> None:
    missing = [part for part in NEEDED_PARTS if part not in shapefile.parts]
    if missing:
        raise LayerImportError(
            _("%(name)s の %(parts)s がZIPの中にありません。同じ名前のファイルをそろえてください。")
            % {"name": shapefile.name, "parts": ", ".join(missing)}
        )


def unpack(archive: zipfile.ZipFile, shapefile: Shapefile, folder: Path) -> Path:
    """Write the parts of one Shapefile into `folder` as `layer.shp`, …; the path of the .shp.

    Raises:
        LayerImportError: an entry is damaged or longer than the directory said.
    """
    for ending, entry in shapefile.parts.items():
        _copy(archive, entry, folder / f"layer{ending}")
    return folder / "layer.shp"


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int = 1024**2) -> bytes:
    """The bytes of a small entry, at most `limit`.

    Raises:
        LayerImportError: the entry is damaged.
    """
    try:
        with archive.open(entry) as source:
            return source.read(limit)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise LayerImportError(_damaged(entry)) from error


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    # zipfile stops at the size that the directory gave and compares the checksum at the end.
    try:
        with archive.open(entry) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise LayerImportError(_damaged(entry)) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise LayerImportError(_damaged(entry)) from error
        raise


def _damaged(entry: zipfile.ZipInfo) -> str:
    return _("ZIPの中の %(name)s が壊れています。") % {"name": entry_name(entry)}
