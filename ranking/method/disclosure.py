"""What may be shown without telling what one resident answered. Method, section 3.

A cell of fewer than five residents is hidden, and with it a second one wherever the first could be
had by subtraction from a total (complementary suppression; Hundepool et al. 2012, Statistical
Disclosure Control, chapter 4).
"""

from collections.abc import Sequence

K = 5
"""The smallest number of residents that is shown."""


def count(n: int, *, k: int = K) -> int | None:
    """A count as it may be shown; None where it would speak of too few. Nobody is not too few."""
    return n if n == 0 or n >= k else None


def cells(counts: Sequence[int], *, k: int = K) -> tuple[int | None, ...]:
    """Counts whose sum is known, as they may be shown; None is hidden.

    If any is hidden, at least two are, and together they are at least `k`, as far as there are
    others to hide: the smallest go first.
    """
    hidden = {i for i, n in enumerate(counts) if 0 < n < k}
    for i in sorted(range(len(counts)), key=lambda i: (counts[i], i)):
        if not hidden or (len(hidden) > 1 and sum(counts[j] for j in hidden) >= k):
            break
        hidden.add(i)
    return tuple(None if i in hidden else n for i, n in enumerate(counts))


def total(shown: Sequence[int], hidden: Sequence[int], *, k: int = K) -> int | None:
    """The sum of all, or None where the shown parts taken from it would reveal a hidden one."""
    some = [n for n in hidden if n]
    if some and (len(some) < 2 or sum(some) < k):
        return None
    return sum(shown) + sum(some)
