"""How the words of a search are put to the lists of cases.

A word that many cases have is looked for along the list, for a page of them is soon full; any
other is found by the index of words, which each agency has of its own. Which it is, the beginning
of the list tells: words that belong together are more common than statistics can know. The index
is asked for whole words first: where few cases have those, each of them is read for the word that
is only begun.

Words bear when their case was filed. In that order an agency's are read by themselves, along or by
the index, and only the entries that are shown are looked up.
"""

from dataclasses import dataclass, replace

from feedback.office import case_search, inbox_views
from feedback.office.case_search import Question
from feedback.office.inbox_views import Filter, Place, View, Where

# Two screens of a desk: the nearest deadline comes first, and every row is waited for.
PAGE = 25
# So many entries are read to see; where fewer of them fit, the index is quicker, as measured.
SEEN = 300
ENOUGH = 4
# So many cases that have the whole words are read for the rest.
FEW = 500


def worth_reading(found: int) -> int:
    """How much of a list to read when so many of its first `SEEN` fit; 0: rather by the index."""
    return 2 * PAGE * SEEN // found if found >= ENOUGH else 0


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: by a time, and by the case where that is the same."""

    key: str
    is_rising: bool

    def by(self, alias: str) -> str:
        """The clause that puts entries, or words, into this order."""
        way = "asc" if self.is_rising else "desc"
        return f"order by {alias}.{self.key} {way}, {alias}.case_id {way}"

    def beyond(self, place: Place, where: Where, alias: str) -> Where:
        """And what comes after a place."""
        sign = ">" if self.is_rising else "<"
        condition = f"({alias}.{self.key}, {alias}.case_id) {sign} ({{}}, {{}})"
        return where.plus(condition, place.at, place.case_id)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What fits in `where`, and has what `question` asks for, if it asks.

    `agency_id` is set where all of it is of one agency, `is_whole` where it is all of that agency's
    cases; `place` where it goes on after an entry, as `where` says too.
    """

    where: Where
    question: Question | None = None
    agency_id: int | None = None
    is_whole: bool = False
    place: Place | None = None

    def after(self, place: Place, order: Order) -> "Stretch":
        """What comes after a place in an order."""
        return replace(self, where=order.beyond(place, self.where, "e"), place=place)

    def is_in_words(self, order: Order) -> bool:
        """Whether words stand in this order by themselves: those of one agency do, as filed."""
        return self.agency_id is not None and order.key == "filed_at"

    def is_along_words(self, order: Order) -> bool:
        """Whether to go along the words: a list that leaves much out has few of them."""
        return self.is_whole and self.is_in_words(order)

    def by_words(self, order: Order, length: int | None) -> tuple[str, Where]:
        """What fits by the order of words, as `f`, with its entry `e`.

        Of so many of the agency's cases along that order, or by the index of all there are.
        """
        asked = self.question.asked if self.question else ""
        own = Where("true", self.where.values).plus("w.agency_id = {}::int", self.agency_id)
        if self.place:
            own = order.beyond(self.place, own, "w")
        has = Where("true", own.values).plus("w.words @@ {}::tsquery", asked)
        ours, way = f"case_words w where {own.condition}", order.by("w")
        if length is None:
            found = f"{ours} and {has.condition} {way} offset 0"
        else:
            along = f"select w.case_id, w.filed_at, w.words from {ours} {way} limit {length:d}"  # noqa: S608 -- our own conditions
            found = f"({along}) w where {has.condition}"
        told = f"(select w.case_id, w.filed_at from {found}) f"  # noqa: S608 -- our own conditions
        entries = f"{told} join inbox_entry e on e.case_id = f.case_id"
        return entries, Where(self.where.condition, has.values)

    def by_index(self) -> Where:
        """The entries that fit, by the index of words."""
        if self.question is None:
            return self.where
        own, of = (" and w.agency_id = {}::int", [self.agency_id]) if self.agency_id else ("", [])
        found = f"select w.case_id from case_words w where w.words @@ {{}}::tsquery{own}"  # noqa: S608 -- our own conditions
        return self.where.plus(f"e.case_id = any(array({found}))", self.question.asked, *of)

    def few(self) -> tuple[str, list[object]] | None:
        """Asks for those that have the whole words, where a word is only begun.

        The answer is a row: their `number`, or one more than `FEW`, and which of them were `found`
        to fit.
        """
        if self.question is None or self.question.whole is None:
            return None
        having = Where("w.words @@ $2::tsquery", (self.question.asked, self.question.whole))
        if self.agency_id:
            having = having.plus("w.agency_id = {}::int", self.agency_id)
        statement = (
            "select count(*) as number, array_agg(case_id) filter (where words @@ $1::tsquery)"  # noqa: S608 -- our own conditions
            " as found from (select case_id, words from case_words w"
            f" where {having.condition} limit {FEW + 1}) w"
        )
        return statement, list(having.values)

    def one_by_one(self, where: Where | None = None) -> Where:
        """The same entries, or some others, each asked for its words."""
        where = where or self.where
        if self.question is None:
            return where
        own, of = ("{}::int", [self.agency_id]) if self.agency_id else ("e.agency_id", [])
        has = "select w.words @@ {}::tsquery from case_words w where w.case_id = e.case_id"
        return where.plus(f"({has} and w.agency_id = {own})", self.question.asked, *of)


def stretches(own: Where, agency_id: int | None, wanted: Filter) -> list[Stretch]:
    """What to list, one after the other: with words, first what has them just as typed.

    `own` is what may be seen at all, which is of one agency if `agency_id` is given. Raises
    `NotText` for words no database stores.
    """
    where = inbox_views.narrowed(own, wanted)
    sought = case_search.sought(wanted.words)
    one = agency_id or wanted.agency_id
    if sought is None:
        return [Stretch(where)]
    is_whole = where == inbox_views.narrowed(own, Filter(View.ALL))
    if sought.exact is None:
        return [Stretch(where, sought.folded, one, is_whole)]
    others = sought.folded.but_not(sought.exact)
    return [Stretch(where, words, one, is_whole) for words in (sought.exact, others)]
