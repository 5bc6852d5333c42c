"""Every promise in force on a day as a table for spreadsheets, a row each."""

import asyncio
from codecs import BOM_UTF8
from dataclasses import dataclass
from datetime import date

from sla import commitment_register as register
from sla.charter import Charter
from sla.commitment_register import Offer
from web.board import tables


async def of(known: Charter, on: date) -> bytes:
    """UTF-8 with a byte order mark, without which spreadsheets misread Vietnamese."""
    if not _kept or _kept[0].known is not known or _kept[0].on != on:
        _kept[:] = [await asyncio.to_thread(_made, known, on)]
    return _kept[0].content


@dataclass(frozen=True, slots=True)
class File:
    """The table of one day, made once: for a city it is thousands of rows."""

    known: Charter
    on: date
    content: bytes


_kept: list[File] = []


def _made(known: Charter, on: date) -> File:
    rows = [_row(one) for _, one in register.promises(known, on=on)]
    return File(known, on, BOM_UTF8 + tables.as_csv(rows))


def _row(one: Offer) -> dict[str, object]:
    service, made, limit = one.service, one.commitment, one.limit
    return {
        "agency": one.agency.code,
        "agency_vi": one.agency.name_vi,
        "agency_en": one.agency.name_en,
        "peer_group": one.agency.peer_group,
        "service": service.code if service else "",
        "service_vi": service.name_vi if service else "Phản ánh, kiến nghị",
        "service_en": service.name_en if service else "Feedback in general",
        "amount": made.within.amount if made else None,
        "unit": made.within.unit if made else None,
        "rule": made.within.rule if made else None,
        "cut_off": f"{made.cut_off:%H:%M}" if made and made.cut_off else None,
        "calendar": (made.calendar or one.agency.calendar_code) if made else None,
        "effective_on": made.effective_on if made else None,
        "text_vi": made.text_vi if made else "",
        "text_en": made.text_en if made else "",
        "legal_act": made.act if made else "",
        "statutory_amount": limit.amount if limit else None,
        "statutory_unit": limit.unit if limit else None,
        "statutory_source": one.source,
        "against_statutory": one.against,
    }
