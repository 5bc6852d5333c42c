"""Reading a TOML table field by field, noting every fault with its place instead of stopping.

Whoever writes a pack by hand gets all the mistakes at once. After a fault a stand-in value is
returned, so that reading goes on; whoever reads must look at `faults` before using anything.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (`groups[2].items[0].maximum`), which rule, and what stands there.

    Kinds: no_folder not_toml not_utf8 missing unknown not_text not_number not_date not_table
    not_list not_yes_or_no out_of_range sum_differs above_maximum beside_items doubled same_day
    unknown_group not_descending not_covering not_after_start unknown_measure.
    """

    where: str
    kind: str
    value: object


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in both languages, the Vietnamese one first."""

    vi: str
    en: str


@dataclass(slots=True)
class Table:
    """A TOML table at a place; every table below it shares its list of faults."""

    where: str
    content: dict[str, object]
    faults: list[Fault]
    known: set[str] = field(default_factory=set)
    below: list["Table"] = field(default_factory=list)

    def fault(self, key: str, kind: str, value: object) -> None:
        self.faults.append(Fault(self._place(key), kind, value))

    def has(self, key: str) -> bool:
        self.known.add(key)
        return key in self.content

    def string(self, key: str) -> str:
        """A text that is not blank."""
        value = self._required(key)
        if isinstance(value, str) and value.strip():
            return value
        self._wrong(key, "not_text", value)
        return ""

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of texts; none if it is absent."""
        value = self.content[key] if self.has(key) else []
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.fault(key, "not_list", value)
        return ()

    def text(self, key: str) -> Text:
        """A table with `vi` and `en`."""
        both = self.table(key)
        return Text(both.string("vi"), both.string("en"))

    def day(self, key: str) -> date:
        """A date without a time of day."""
        value = self._required(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self._wrong(key, "not_date", value)
        return date.min

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.content[key] if self.has(key) else default
        if isinstance(value, bool):
            return value
        self.fault(key, "not_yes_or_no", value)
        return default

    def number(
        self, key: str, *, above: Fraction | None = None, most: Fraction | None = None
    ) -> Fraction:
        """A finite number of at least 0, above `above`, at most `most`, exactly as written."""
        value = self._required(key)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._wrong(key, "not_number", value)
            return Fraction(0)
        plain = Decimal(value)
        is_sane = plain.is_finite() and abs(plain.adjusted()) <= 12  # 1e999999 would fill memory
        exact = Fraction(value) if is_sane else Fraction(-1)
        low = exact < 0 or (above is not None and exact <= above)
        if low or (most is not None and exact > most):
            self.fault(key, "out_of_range", str(value))
        return exact

    def table(self, key: str) -> "Table":
        value = self._required(key)
        if not isinstance(value, dict):
            self._wrong(key, "not_table", value)
            return Table(self._place(key), {}, [])
        return self._opened(self._place(key), value)

    def tables(self, key: str, *, required: bool = True) -> list["Table"]:
        """A list of tables, not empty if required."""
        value = self.content[key] if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.fault(key, "not_list", value)
            return []
        if required and not value:
            self.fault(key, "missing", None)
        return [self._opened(f"{self._place(key)}[{i}]", one) for i, one in enumerate(value)]

    def expect_sum(self, key: str, parts: Sequence[Fraction], whole: Fraction) -> None:
        """The maxima of the parts under `key` must sum to the maximum of the whole."""
        total = sum(parts, Fraction())
        if total != whole:
            self.fault(key, "sum_differs", f"{total} != {whole}")

    def expect_distinct(self, key: str, codes: Sequence[str]) -> None:
        for code, times in Counter(codes).items():
            if times > 1 and code:
                self.fault(key, "doubled", code)

    def refuse_unknown(self) -> None:
        """Faults for keys nobody asked for, here and below: a misspelt option is not a default."""
        for key in sorted(set(self.content) - self.known):
            self.fault(key, "unknown", self.content[key])
        for table in self.below:
            table.refuse_unknown()

    def _opened(self, where: str, content: dict[str, object]) -> "Table":
        table = Table(where, content, self.faults)
        self.below.append(table)
        return table

    def _required(self, key: str) -> object:
        if self.has(key):
            return self.content[key]
        self.fault(key, "missing", None)
        return None

    def _wrong(self, key: str, kind: str, value: object) -> None:
        # A missing field has been noted already; TOML itself knows no null.
        if value is not None:
            self.fault(key, kind, value)

    def _place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key
