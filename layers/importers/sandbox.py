"""Starts the reading process with little to lose, and turns its refusals into words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from layers.importers.errors import LayerImportError
from layers.importers.worker import DRIVERS, REFUSED

SCRIPT = Path(__file__).with_name("worker.py")
LIMITS = {"memory": 4 * 1024**3, "cpu": 600, "file": 4 * 1024**3}
SECONDS = 900


@cache
def skipped_drivers() -> str:
    """Value of GDAL_SKIP: every vector driver but the allowed ones."""
    import pyogrio

    return ",".join(sorted(set(pyogrio.list_drivers()) - set(DRIVERS.values())))


def environment(folder: Path) -> dict[str, str]:
    """The few variables that the reading process sees: no settings, no keys, no proxies."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GDAL_SKIP": skipped_drivers(),
        "OPENBLAS_NUM_THREADS": "1",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "GDAL_HTTP_MAX_RETRY": "0",
    }


def run(request: dict[str, Any], folder: Path) -> str:
    """Standard output of the reading process.

    Raises:
        LayerImportError: it refused the file, ran out of time or memory, or died.
    """
    command = [sys.executable, "-I", str(SCRIPT), json.dumps(request | {"limits": LIMITS})]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LayerImportError(_("読み込みに時間がかかりすぎたので止めました。")) from error
    if done.returncode == REFUSED:
        refusal = json.loads(done.stdout)
        raise LayerImportError(explain(refusal["code"], refusal["detail"]))
    if done.returncode:
        raise LayerImportError(
            _("ファイルを読み取る途中で止まりました（壊れているか、大きすぎます）。")
        )
    return done.stdout


def explain(code: str, detail: str) -> str:
    """A refusal of the reading process in one line for people."""
    texts = {
        "encoding": _(
            "このGeoJSONはUTF-8ではありません。--encoding で文字コードを指定してください。"
        ),
        "not-geojson": _("GeoJSON（FeatureCollection、Feature、ジオメトリ）ではありません。"),
        "virtual-table": _(
            "このGeoPackageは、ほかのファイルを開く仮想テーブルを含むので読みません。"
        ),
        "entities": _(
            "DOCTYPEや実体宣言のあるKMLは、ほかのファイルを読むおそれがあるので受け付けません。"
        ),
        "too-big": _("ファイルが大きすぎて、決められたメモリに収まりません。"),
        "drivers": _("この環境のGDALは許可していない形式を読もうとします：%(detail)s"),
    }
    fallback = _("ファイルが壊れているか、内容が拡張子と合いません（%(detail)s）。")
    return texts.get(code, fallback) % {"detail": detail}


def list_layers(path: Path, file_format: str, folder: Path) -> list[dict[str, Any]]:
    """Names and feature counts of the layers of a GeoPackage or KML."""
    request = {"action": "list", "format": file_format, "path": str(path)}
    return json.loads(run(request, folder))["layers"]


def read_lines(
    path: Path, file_format: str, folder: Path, *, layer: str = "", encoding: str = ""
) -> Iterator[dict[str, Any]]:
    """Meta line, then rows, as layers/importers/worker.py describes them.

    Args:
        folder: an empty temporary folder of this import; only there does the process write.

    Raises:
        LayerImportError: the file can't be read.
    """
    output = folder / "rows.jsonl"
    request = {
        "action": "read",
        "format": file_format,
        "path": str(path),
        "layer": layer,
        "encoding": encoding,
        "output": str(output),
    }
    run(request, folder)
    with output.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
    output.unlink()
