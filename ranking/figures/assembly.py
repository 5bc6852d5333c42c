"""From counts to a frozen edition, without a database: the same counts give the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from ranking.counts.gathered import Answers, Gathered
from ranking.figures import keeping, saying, secondary
from ranking.frozen.edition_body import Agency, Indicator
from ranking.frozen.edition_cases import PackFacts
from ranking.method.config import Config
from ranking.method.packs import Pack

__all__ = ["Answers", "Assembled", "Gathered", "assemble"]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The lines in the order they came in, and what they share."""

    satisfaction: Indicator
    punctuality: Indicator
    agencies: tuple[Agency, ...]
    residents: int | None
    suppressed: int
    left_out: int = 0
    kept_as_before: int = 0
    packs: tuple[PackFacts, ...] = ()


def assemble(
    gathered: Sequence[Gathered], config: Config, sheets: Sequence[Pack] = ()
) -> Assembled:
    """The edition's figures, and those of official score sheets. Raises `DuplicateAgency`."""
    said = saying.said(gathered, config)
    punctuality, kept = keeping.kept(gathered, config)
    facts, scored = secondary.secondary(gathered, sheets)
    agencies = tuple(
        Agency(
            code=of.code,
            name_vi=of.name_vi,
            name_en=of.name_en,
            level=of.level,
            peer_group=of.peer_group,
            is_new=of.is_new,
            satisfaction=said.lines[of.code],
            punctuality=kept[of.code],
            history=of.history,
            corrections=of.corrections,
            apologies=of.apologies,
            secondary=scored[of.code],
            about=None if said.lines[of.code].score.share is None else of.about,
            origins=of.origins,
        )
        for of in gathered
    )
    return Assembled(
        said.indicator,
        punctuality,
        agencies,
        said.residents,
        said.suppressed,
        said.left_out,
        said.as_before,
        facts,
    )
