"""The questions residents are asked after the result, as versioned data.

Five symmetric levels in words (satisfied = 4 or 5), then at most four optional questions.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers as (stored value, words); no answers: free text."""

    field: str
    text: str
    answers: tuple[tuple[str, str], ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Questionnaire:
    version: str
    questions: tuple[Question, ...]


SATISFIED_FROM = 4

LEVELS = (
    ("1", "Very dissatisfied"),
    ("2", "Dissatisfied"),
    ("3", "Neither satisfied nor dissatisfied"),
    ("4", "Satisfied"),
    ("5", "Very satisfied"),
)

CORE_1 = Questionnaire(
    version="core-1",
    questions=(
        Question("overall", "Overall, how satisfied are you?", LEVELS, required=True),
        Question(
            "solved",
            "Was your problem solved?",
            (("yes", "Yes"), ("partly", "Partly"), ("no", "No")),
        ),
        Question(
            "clear",
            "Was the explanation clear?",
            (
                ("1", "Not clear at all"),
                ("2", "Not very clear"),
                ("3", "In between"),
                ("4", "Clear"),
                ("5", "Very clear"),
            ),
        ),
        Question(
            "contacts",
            "How many more times did you have to contact the office?",
            (("0", "None"), ("1", "Once"), ("2", "Twice or more")),
        ),
        Question("comment", "Is there anything you would like to add?"),
    ),
)
VERSIONS = {CORE_1.version: CORE_1}
CURRENT = CORE_1


def is_satisfied(overall: int) -> bool:
    """4 and 5 are satisfied; 3 is not (method, section 1)."""
    return overall >= SATISFIED_FROM
