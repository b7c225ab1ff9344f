"""Lay out the Python that runs in the browser: Pyodide, and one lock file that names every package with its sha256.

    python docs/lite/wheels.py build/lite-files/static/pyodide build/lite-cache FOLDER_OF_WHEELS ...

Pyodide comes from npm, as one file whose hash stands below. Inside it lies Pyodide's own lock file, and each of its
WebAssembly wheels is held to the hash that stands there, wherever it came from. The folders hold wheels of pure Python.
What was fetched once stays in the second folder.
"""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from email.parser import Parser
from hashlib import sha256
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

PYODIDE = "314.0.3"
SHA256 = "d7f7d24f8db486c7eda7280f3b0f7517524c8e43e8b086c6ee6ae8016658b484"
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
LOCK = "pyodide-lock.json"
FROM_PYODIDE = ["numpy", "matplotlib", "micropip"]
PUBLIC = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
CARRIER = "open-webui==0.12.4"  # a package of PyPI with the same files in it, for where PUBLIC can't be reached
OURS = {"seq2seq-lessons": ["matplotlib", "anywidget", "ipywidgets", "threadpoolctl"]}  # as in requirements.txt
# Named as needed, and not: other fonts in a PDF, a table of time zones, terminals and processes, JupyterLab's own part.
LEFT_OUT = set("fonttools pytz jupyterlab-widgets widgetsnbextension pexpect ptyprocess psutil".split())
BROWSER = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "platform_system": "Emscripten",
    "python_full_version": "3.14.0",
    "python_version": "3.14",
    "sys_platform": "emscripten",
    "extra": "",
}


def hash_of(path):
    return sha256(path.read_bytes()).hexdigest()


def held_to(path, expected, where):
    """Stop the build if this file is another one than `where` says."""
    if hash_of(path) != expected:
        path.unlink()
        sys.exit(f"{path.name} is not the file that {where} names: its sha256 is another one. Nothing was built.")


def pyodide(cache):
    """The folder of Pyodide as npm has it."""
    packed = cache / f"pyodide-{PYODIDE}.tgz"
    if not packed.exists():
        if shutil.which("npm") is None:
            sys.exit("npm is needed here to get Pyodide: install node. Nothing was built.")
        command = ["npm", "pack", "--silent", "--pack-destination", str(cache), f"pyodide@{PYODIDE}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    held_to(packed, SHA256, "docs/lite/wheels.py")
    with tarfile.open(packed) as archive:
        archive.extractall(cache, [f"package/{name}" for name in [*CORE, LOCK]], filter="data")
    return cache / "package"


def needed(names, packages):
    """These packages of Pyodide's lock file and all that they need, by name."""
    found, open_names = {}, list(names)
    while open_names:
        name = canonicalize_name(open_names.pop())
        if name not in found and name not in LEFT_OUT:
            depends = [canonicalize_name(other) for other in packages[name]["depends"]]
            found[name] = packages[name] | {"depends": [other for other in depends if other not in LEFT_OUT]}
            open_names += depends
    return found


def fetched(files, cache):
    """Have these files in the cache: from Pyodide's public distribution, or else out of a package that carries them."""
    missing = [name for name in files if not (cache / name).exists()]
    try:
        for name in missing:
            with urllib.request.urlopen(PUBLIC + name, timeout=20) as answer:
                (cache / name).write_bytes(answer.read())
    except OSError as error:
        print(f"{PUBLIC} can't be reached ({error}): the same files out of {CARRIER}.")
        carried([name for name in missing if not (cache / name).exists()], cache)


def carried(files, cache):
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    # It runs nowhere here, so that it may ask for another Python.
    subprocess.run([*pip, "--no-deps", "--ignore-requires-python", "-d", str(cache), CARRIER], check=True)
    (wheel,) = cache.glob(CARRIER.replace("-", "_").replace("==", "-") + "-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {Path(name).name: name for name in archive.namelist() if "/pyodide/" in name}
        for name in files:
            (cache / name).write_bytes(archive.read(inside[name]))
    wheel.unlink()


def without_lessons(path):
    """Our wheel brings the lessons along: in the browser they are there already."""
    whole = path.rename(path.with_suffix(".whole"))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if ".data/data/share/" not in item.filename:
                new.writestr(item, old.read(item))
    whole.unlink()


def entry_of(path):
    """Name and entry in the lock of a wheel of pure Python."""
    name, version, *_ = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as wheel:
        files = wheel.namelist()
        about = next(file for file in files if file.endswith(".dist-info/METADATA"))
        head = Parser().parsestr(wheel.read(about).decode())
    needs = [Requirement(line) for line in head.get_all("Requires-Dist", [])]
    needs = {canonicalize_name(need.name) for need in needs if not need.marker or need.marker.evaluate(BROWSER)}
    tops = {file.split("/")[0].removesuffix(".py") for file in files if file.endswith(".py")}
    return canonicalize_name(name), {
        "name": canonicalize_name(name),
        "version": str(version),
        "file_name": path.name,
        "install_dir": "site",
        "sha256": hash_of(path),
        "package_type": "package",
        "imports": sorted(top for top in tops if re.fullmatch(r"\w+", top)),
        "depends": sorted((needs | set(OURS.get(name, []))) - LEFT_OUT),
        "unvendored_tests": False,
    }


def from_pyodide(lock, cache):
    """Entries of the lock by name; their files lie in the cache, and each is the one that Pyodide has built."""
    packages = {canonicalize_name(name): entry for name, entry in lock["packages"].items()}
    entries = needed(FROM_PYODIDE, packages)
    fetched([entry["file_name"] for entry in entries.values()], cache)
    for entry in entries.values():
        held_to(cache / entry["file_name"], entry["sha256"], "Pyodide's lock file")
    return entries


def whole(packages):
    """Stop the build if one of these needs what is not there: nothing is fetched later."""
    for name, entry in packages.items():
        for other in entry["depends"]:
            if other not in packages:
                sys.exit(f"{name} needs {other}: add it to docs/lite/browser.txt. Nothing was built.")


def main(target, cache, *folders):
    target, cache = Path(target), Path(cache)
    for folder in (target, cache):
        folder.mkdir(parents=True, exist_ok=True)
    core = pyodide(cache)
    lock = json.loads((core / LOCK).read_text(encoding="utf-8"))
    files = {path.name: path for folder in folders for path in Path(folder).glob("*.whl")}
    without_lessons(next(path for name, path in files.items() if name.startswith("seq2seq_lessons-")))
    pure = dict(map(entry_of, files.values()))
    packages = from_pyodide(lock, cache) | {name: entry for name, entry in pure.items() if name not in LEFT_OUT}
    whole(packages)
    for entry in packages.values():
        shutil.copy(files.get(entry["file_name"], cache / entry["file_name"]), target)
    for name in CORE:
        shutil.copy(core / name, target)
    lock["packages"] = dict(sorted(packages.items()))
    (target / LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8")
    print(f"Pyodide {PYODIDE} and {len(packages)} packages, each with its sha256")


if __name__ == "__main__":
    main(*sys.argv[1:])
