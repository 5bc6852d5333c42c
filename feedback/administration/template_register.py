"""Answer templates as a register: one row for each agency, service and name.

A template that a file leaves out stays; taking one back is said on its page.
"""

from collections.abc import Sequence

from feedback import answer_templates
from feedback.answer_templates import Template, Wording
from feedback.errors import NotAFact, UnknownAgency, UnknownService
from sla import registers
from sla.acts import Act
from sla.registers import Verdict


async def stored() -> list[Wording]:
    """Every template that is offered."""
    return [_wording(one) for one in await answer_templates.every()]


async def take(lines: Sequence[Wording], act: Act) -> list[Verdict]:
    """New templates, and other words for known ones. Raises `RoleMayNot`."""
    known = {_key(_wording(one)): one for one in await answer_templates.every()}
    return [await _take(line, known.get(_key(line)), act) for line in lines]


async def _take(line: Wording, before: Template | None, act: Act) -> Verdict:
    if before is not None and _wording(before) == line:
        return registers.UNCHANGED
    try:
        if before is None:
            await answer_templates.add(line, act)
        else:
            await answer_templates.change(before.id, line, act)
    except UnknownAgency:
        return registers.refused("agency", "agency_unknown")
    except UnknownService:
        return registers.refused("service", "service_unknown")
    except NotAFact as fault:
        return registers.refused(fault.field, fault.reason)
    return registers.TAKEN


def _wording(one: Template) -> Wording:
    return Wording(
        name=one.name,
        agency=one.agency.code if one.agency else "",
        service=one.service.code if one.service else "",
        text_vi=one.text_vi,
        text_en=one.text_en,
    )


def _key(one: Wording) -> tuple[str, str, str]:
    return one.agency, one.service, one.name
