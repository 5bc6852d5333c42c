"""What the system can count for an official score sheet, by name; a sheet's items refer to these.

Shares in [0, 1], of one agency in one period. What residents said is left out under the floor for
being listed, like everything else they said.
"""

from collections.abc import Mapping
from fractions import Fraction

NAMES: Mapping[str, str] = {
    "dossiers_on_time": "dossiers decided by their due time, of those that fell due",
    "feedback_on_time": "feedback answered by its due time, of that which fell due",
    "dossiers_satisfied": "residents satisfied with how their dossier was settled",
    "feedback_satisfied": "residents satisfied with how their feedback was answered",
    "against_limit": "dossiers due: 1 if decided before the due day, 1/2 on it, 0 after",
    "contacts": "residents asked: 1 if they had to come back never, 1/2 once, 0 more often",
    "feedback_prompt": "1 if no feedback fell due or all was on time, 1/2 from 90 %, else 0",
}


def prompt(due: int, met: int) -> Fraction:
    """Criterion 8 of Decree 61: none, or all on time, gives all; 90 % gives half."""
    if met == due:
        return Fraction(1)
    return Fraction(1, 2) if 10 * met >= 9 * due else Fraction(0)
