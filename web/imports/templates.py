"""Rows about answer templates: whose, for which service, and their words in both languages."""

from collections.abc import Sequence

from feedback import answer_templates
from feedback.administration import template_register
from feedback.answer_templates import Wording
from feedback.errors import Faulty
from sla.acts import Act
from web.imports import spreadsheets
from web.imports.errors import RowRefused
from web.imports.reader import Record
from web.imports.stored import Numbered, Stored, firsts

COLUMNS = ("agency", "service", "name", "text_vi", "text_en")
NEEDED = (("name",), ("text_vi",), ("text_en",))


def line(record: Record) -> Wording:
    """A row of `COLUMNS`, by the rules of the page. Raises `RowRefused`."""
    values = spreadsheets.named(COLUMNS, record)
    try:
        return answer_templates.wording(values)
    except Faulty as error:
        fault = error.faults[0]
        raise RowRefused(fault.field, fault.reason, values[fault.field]) from None


def _key(one: Wording) -> tuple[str, str, str]:
    return one.agency, one.service, one.name


class Templates:
    """All templates of a file; of rows with the same name for the same the first counts."""

    read = staticmethod(line)

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        """New templates, and other words for known ones."""
        kept, stored = firsts(batch, key=_key, column="name")
        return await stored.settle(kept, lambda all_: template_register.take(all_, act))
