"""Fetch the libraries named in static/vendor/VERSIONS.toml anew, or check what is there.

`python .ci/vendor.py` packs each package with npm, copies the named files, drops references to
source maps (which are not shipped) and writes the checksums; `--check` compares checksums only.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
VERSIONS = VENDOR / "VERSIONS.toml"
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def put(content: bytes, target: Path) -> None:
    """Write one file without its reference to a source map."""
    target.parent.mkdir(parents=True, exist_ok=True)
    is_text = target.suffix in {".js", ".css"}
    target.write_bytes(SOURCE_MAP.sub(b"\n", content) if is_text else content)


def fetch(library: dict, folder: Path) -> None:
    """Pack one library at its version and copy its named files into static/vendor."""
    spec = f"{library['package']}@{library['version']}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        for entry in library["files"]:
            if "from" in entry:
                content = archive.extractfile(f"package/{entry['from']}")
                put(content.read(), VENDOR / library["name"] / entry["path"])


def libraries() -> list[dict]:
    """What VERSIONS.toml names."""
    return tomllib.loads(VERSIONS.read_text())["library"]


def wrong_files() -> list[str]:
    """Vendored files whose checksum is not the written one, and files that nobody named."""
    named = {
        VENDOR / library["name"] / entry["path"]: entry["sha256"]
        for library in libraries()
        for entry in library["files"]
    }
    found = {path for path in VENDOR.rglob("*") if path.is_file() and path.parent != VENDOR}
    bad = [path for path, digest in named.items() if path not in found or sha256(path) != digest]
    return sorted(str(path.relative_to(VENDOR)) for path in [*bad, *(found - named.keys())])


def write_checksums() -> None:
    """Put the checksums of the files that are there into VERSIONS.toml."""
    text = VERSIONS.read_text()
    for library in libraries():
        for entry in library["files"]:
            digest = sha256(VENDOR / library["name"] / entry["path"])
            text = text.replace(entry["sha256"], digest) if entry["sha256"] else text
    VERSIONS.write_text(text)


def main() -> int:
    """Refresh, or with --check say which files differ."""
    if "--check" not in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            for library in libraries():
                fetch(library, Path(folder))
        write_checksums()
    wrong = wrong_files()
    sys.stdout.write("".join(f"differs: {path}\n" for path in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
