"""Both languages are drawn at the same time, and come out as if one after the other."""

import os

import pytest

from web.board import halves


def draw(language: str) -> dict[str, bytes]:
    return {f"{language}/a": b"a" * 100_000, f"{language}/b": language.encode()}


@pytest.mark.parametrize("languages", [("vi",), ("vi", "en"), ("vi", "en", "fr")])
def test_at_once_or_one_after_the_other_makes_no_difference(languages: tuple[str, ...]):
    apart = halves.each(draw, languages, at_once=True)
    assert apart == halves.each(draw, languages, at_once=False)
    assert [min(files) for files in apart] == [f"{language}/a" for language in languages]


def test_what_a_helper_dies_of_is_done_without_it():
    here = os.getpid()

    def dying(language: str) -> dict[str, bytes]:
        if os.getpid() != here:
            os._exit(9)
        return draw(language)

    assert halves.each(dying, ("vi", "en"), at_once=True) == [draw("vi"), draw("en")]


def test_what_cannot_be_drawn_is_a_fault_here_too():
    def failing(language: str) -> dict[str, bytes]:
        if language == "en":
            os._exit(1) if os.getpid() != here else None
            raise KeyError(language)
        return draw(language)

    here = os.getpid()
    with pytest.raises(KeyError):
        halves.each(failing, ("vi", "en"), at_once=True)
