"""What a key of an agency's own system opens: as little as that system needs."""

from enum import StrEnum

from feedback.errors import NotAFact


class Scope(StrEnum):
    """One thing that calls with a key may do. Public calls need no scope."""

    INBOX_READ = "inbox:read"
    INBOX_WRITE = "inbox:write"
    DOSSIERS_WRITE = "dossiers:write"
    RATINGS_INVITE = "ratings:invite"
    """Fetch the invitation of a finished dossier, to print it at the counter."""


ALL = frozenset(Scope)


def read(text: str) -> frozenset[Scope]:
    """The scopes of a text that lists them with spaces between. Raises `NotAFact` about `scopes`.

    None at all would be a key that opens nothing: that is refused too.
    """
    words = text.split()
    if not words:
        raise NotAFact("scopes", "missing")
    if not set(words) <= {scope.value for scope in Scope}:
        raise NotAFact("scopes", "not_a_choice")
    return frozenset(Scope(word) for word in words)


def written(scopes: frozenset[Scope]) -> str:
    """The same as a text, in the order in which they are defined."""
    return " ".join(scope.value for scope in Scope if scope in scopes)
