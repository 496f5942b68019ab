"""What is handed over in the browser: kept once, checked before it is unpacked."""

import io
import zipfile

import pytest
from PIL import Image

from trainers.data import uploads
from trainers.data.image_folder import listed
from trainers.data.uploads import keep_file, keep_pictures
from trainers.errors import DataError


def a_zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer


def a_picture():
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


FRUIT = {f"my fruit/{name}/{index}.png": a_picture() for name in ("äpfel", "limes") for index in range(4)}


def below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_keeps_its_content_and_ending(tmp_path):
    kept = keep_file("my data (1).csv", io.BytesIO(b"a,label\n1,x\n"), tmp_path)
    assert kept.read_bytes() == b"a,label\n1,x\n"
    assert kept.name.endswith("-my_data_1_.csv")


def test_the_same_content_is_kept_once(tmp_path):
    first, second = (keep_file("a.csv", io.BytesIO(b"same"), tmp_path) for _ in range(2))
    assert first == second
    assert below(tmp_path / ".softsil" / "uploads") == [first.name]


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "..", "a\0b.csv"])
def test_a_name_never_leads_out_of_the_folder(tmp_path, name):
    kept = keep_file(name, io.BytesIO(b"x"), tmp_path)
    assert kept.parent == tmp_path / ".softsil" / "uploads"


def test_too_large_a_file_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 2**20)
    with pytest.raises(DataError, match=r"a\.csv is larger than 1 MB"):
        keep_file("a.csv", io.BytesIO(bytes(2**20 + 1)), tmp_path)
    assert below(tmp_path / ".softsil" / "uploads") == []


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"a\.csv is empty"):
        keep_file("a.csv", io.BytesIO(b""), tmp_path)


def test_a_zip_of_pictures_becomes_a_folder_of_classes(tmp_path):
    kept = keep_pictures("fruit.zip", a_zip(FRUIT), tmp_path)
    found = listed(kept)
    assert (found.class_names, len(found)) == (["limes", "äpfel"], 8)


def test_the_same_zip_is_unpacked_once(tmp_path):
    first = keep_pictures("fruit.zip", a_zip(FRUIT), tmp_path)
    (first / "limes" / "seen.txt").write_text("still here")
    assert keep_pictures("fruit.zip", a_zip(FRUIT), tmp_path) == first
    assert (first / "limes" / "seen.txt").exists()


@pytest.mark.parametrize(
    "name", ["../evil/1.png", "a/../../evil/1.png", "/evil/1.png", "..\\evil/1.png", "a/../1.png", "__MACOSX/a/1.png"]
)
def test_nothing_is_unpacked_outside_the_folder(tmp_path, name):
    root = tmp_path / "deep" / "runs"
    root.mkdir(parents=True)
    kept = keep_pictures("fruit.zip", a_zip({**FRUIT, name: b"evil"}), root)
    outside = [path for path in below(tmp_path) if not (tmp_path / path).is_relative_to(kept)]
    assert outside == []


def test_a_zip_without_folders_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match=r"x\.zip has no pictures that lie in folders"):
        keep_pictures("x.zip", a_zip({"1.png": a_picture()}), tmp_path)


def test_something_else_called_zip_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match=r"x\.zip cannot be read as a zip"):
        keep_pictures("x.zip", io.BytesIO(b"no zip at all"), tmp_path)
    assert below(tmp_path / ".softsil" / "uploads") == []


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNPACKED_BYTES", 1000)
    with pytest.raises(DataError, match="unpacks to more than"):
        keep_pictures("x.zip", a_zip({f"a/{index}.png": bytes(500) for index in range(3)}), tmp_path)
    assert below(tmp_path / ".softsil" / "uploads") == []
