"""A template is compiled once, and again when anything changes that it was made from."""

from pathlib import Path
from typing import Any

import jinja2
import pytest

from web.drawing.compiled import Compiled


class Counting(jinja2.Environment):
    """Says how often it had to compile."""

    compiled = 0

    def compile(self, *args: Any, **options: Any) -> Any:
        self.compiled += 1
        return super().compile(*args, **options)


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.po"
    path.write_text("Residents: người dân")
    return path


def compiled(folder: Path, words: Path, source: str = "a", language: str = "vi") -> int:
    """How often that takes compiling in a process of its own; it always says what it must."""
    environment = Counting(
        loader=jinja2.DictLoader({"a.html": source}),
        bytecode_cache=Compiled(language, [words], folder),
    )
    assert environment.get_template("a.html").render() == source
    return environment.compiled


def test_what_was_compiled_once_is_taken_from_there(tmp_path: Path, words: Path):
    assert [compiled(tmp_path / "kept", words) for _ in range(3)] == [1, 0, 0]


def test_another_text_is_compiled_anew(tmp_path: Path, words: Path):
    assert [compiled(tmp_path, words, source) for source in ("a", "b", "b", "a")] == [1, 1, 0, 1]


def test_other_words_are_compiled_anew(tmp_path: Path, words: Path):
    assert compiled(tmp_path, words) == 1
    words.write_text("Residents: cư dân")
    assert [compiled(tmp_path, words) for _ in range(2)] == [1, 0]


def test_languages_stand_side_by_side(tmp_path: Path, words: Path):
    languages = ("vi", "en", "vi", "en")
    assert [compiled(tmp_path, words, language=of) for of in languages] == [1, 1, 0, 0]


def test_where_nothing_can_be_written_templates_are_compiled_each_time(tmp_path: Path, words: Path):
    assert [compiled(tmp_path / "no" / "such", words) for _ in range(2)] == [1, 1]


def test_what_was_cut_short_is_compiled_anew(tmp_path: Path, words: Path):
    compiled(tmp_path, words)
    [kept] = tmp_path.glob("*.template")
    for size in (0, 200):
        kept.write_bytes(kept.read_bytes()[:size])
        assert [compiled(tmp_path, words) for _ in range(2)] == [1, 0]
