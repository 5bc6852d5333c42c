"""The questions residents are asked, in the words of a language."""

from dataclasses import replace

from feedback import questionnaire, questionnaires
from feedback.questionnaire import Question
from feedback.questionnaires import Version
from web.language import i18n


def worded(version: Version, language: str) -> tuple[Question, ...]:
    """What a version asks, every word of it in a language."""
    return tuple(_worded(one, language) for one in questionnaires.questions(version, language))


def _worded(question: Question, language: str) -> Question:
    if question.worded:
        return question
    say = i18n.translator(language).gettext
    answers = tuple((value, say(words)) for value, words in question.answers)
    return replace(question, text=say(question.text), answers=answers, worded=True)


def words_of(version: Version) -> dict[str, str]:
    """The words of a version by column of the register, also of one that came with the software."""
    found = {}
    for language in questionnaires.LANGUAGES:
        for question in worded(version, language):
            if question.field in questionnaires.ANSWERS:
                found[f"{question.field}_{language}"] = question.text
                for value, words in question.answers:
                    found[f"{question.field}_{value}_{language}"] = words
    return found


def headline(language: str) -> Question:
    """The question the method fixes."""
    latest = list(questionnaire.VERSIONS.values())[-1]
    return _worded(latest.questions[0], language)
