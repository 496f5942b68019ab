import pytest

from trainers.data.keel import PACKAGE

TABLE = "size,species,weight\n" + "".join(f"{i},{('cat', 'dog')[i % 2]},{2 * i}\n" for i in range(60))


@pytest.fixture
def train(open_page):
    return open_page("pages/train/train.py")


def choose(app, name):
    return app.selectbox(key="train_data").set_value(name).run()


def upload(app, content, name="mine.csv"):
    return app.file_uploader(key="train_data_table_file").upload(name, content, "text/csv").run()


def words(app):
    return " ".join(one.value for one in app.markdown).replace("\\", "")


def test_an_uploaded_table_is_described_by_the_column_that_names_the_class(train, runs_folder):
    app = upload(choose(train, "table"), TABLE.encode())
    (label,) = [one for one in app.selectbox if one.label == "Column with the class"]
    assert (label.value, label.options) == ("species", ["size", "species", "weight"])
    assert any("60 samples, 2 classes" in one.value for one in app.caption)
    assert "cat, dog" in words(app)
    assert str(runs_folder) in app.text_input(key="train_data_table_path").value


def test_a_cell_of_an_uploaded_table_that_is_no_number_is_named_by_row_and_column(train):
    app = upload(choose(train, "table"), TABLE.replace("7,dog,14", "7,dog,much").encode())
    assert "Row 8, column 'weight' holds 'much'" in words(app)


def test_an_empty_upload_gets_a_sentence(train):
    assert "mine.csv is empty" in words(upload(choose(train, "table"), b""))


def test_what_is_known_of_a_data_set_is_on_the_page(train):
    app = choose(train, "letter")
    assert all(part in words(app) for part in (PACKAGE.sha256, PACKAGE.origin, "CC BY 4.0", "A, B, C", "to validate"))


def test_a_data_set_that_is_not_here_yet_says_how_to_fetch_it(train, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "python -m trainers fetch letter" in words(choose(train, "letter"))
