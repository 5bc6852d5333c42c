"""Official score sheets beside the headline: points, totals, places whatever the weights. Pure.

A missing group is never zero and never the mean; agencies with gaps are not ranked with complete
ones. Source: the published method, section 11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ranking.counts.gathered import Gathered
from ranking.frozen.edition_cases import PackFacts, PackGrade, PackGroup, PackGroupName, PackScore
from ranking.method import composite, packs, rounding, standings
from ranking.method.composite import GroupScore, Total
from ranking.method.packs import Pack


def secondary(
    gathered: Sequence[Gathered], sheets: Sequence[Pack]
) -> tuple[tuple[PackFacts, ...], dict[str, tuple[PackScore, ...]]]:
    """The sheets used, and by agency its scores on each; none where nothing is known of it."""
    facts = []
    found: dict[str, tuple[PackScore, ...]] = {of.code: () for of in gathered}
    for pack in sheets:
        dominating: list[str] = []
        for group in sorted({of.peer_group for of in gathered}):
            members = [of for of in gathered if of.peer_group == group]
            lines, heavy = _peers(pack, {of.code: _groups(pack, of.measures) for of in members})
            dominating += heavy
            for code, line in lines.items():
                found[code] = (*found[code], line)
        facts.append(_facts(pack, tuple(dict.fromkeys(dominating))))
    return tuple(facts), found


def _groups(pack: Pack, known: Mapping[str, Fraction]) -> list[GroupScore]:
    return [_group(group, known) for group in pack.groups]


def _group(group: packs.Group, known: Mapping[str, Fraction]) -> GroupScore:
    if group.items:
        rates = {item.code: known.get(item.measure or "") for item in group.items}
        return composite.group_score(group, rates)
    share = known.get(group.measure or "")
    points = None if share is None else share * group.maximum
    return GroupScore(group.code, points, group.maximum)


def _peers(
    pack: Pack, scores: Mapping[str, list[GroupScore]]
) -> tuple[dict[str, PackScore], list[str]]:
    """One peer group: each line, and the groups that carry over half of the differences."""
    totals = {code: composite.total(own) for code, own in scores.items()}
    lines = {
        code: _line(pack, own, totals[code]) for code, own in scores.items() if totals[code].present
    }
    complete = [code for code in lines if totals[code].is_complete]
    if len(complete) < 2:
        return lines, []
    table = [[group.percentage or Fraction(0) for group in scores[code]] for code in complete]
    weights = [group.maximum for group in pack.groups]
    ranges = composite.weight_robust_ranges(table, weights)
    places = standings.competition([lines[code].score or 0 for code in complete])
    for code, (low, high), place in zip(complete, ranges, places, strict=True):
        lines[code] = replace(
            lines[code], place=place, place_low=min(low, place), place_high=max(high, place)
        )
    influences = composite.influences(table, weights)
    heavy = [
        group.code
        for group, influence in zip(pack.groups, influences, strict=True)
        if influence.dominates
    ]
    return lines, heavy


def _line(pack: Pack, own: Sequence[GroupScore], total: Total) -> PackScore:
    subtotal, mean, score = (
        composite.subtotal(own, pack.subtotal),
        total.geometric_mean,
        total.score,
    )
    is_whole = total.is_complete and score is not None
    return PackScore(
        pack=pack.code,
        groups=tuple(
            PackGroup(
                code=group.code,
                points=None if group.points is None else rounding.nine(group.points),
                maximum=rounding.nine(group.maximum),
            )
            for group in own
        ),
        present=total.present,
        applying=total.applying,
        score=None if score is None else rounding.nine(score),
        geometric_mean=None if mean is None else rounding.nine(mean),
        subtotal=None if subtotal is None else rounding.nine(subtotal),
        grade=pack.grade((score or Fraction(0)) * pack.maximum / 100).code if is_whole else None,
    )


def _facts(pack: Pack, dominating: tuple[str, ...]) -> PackFacts:
    return PackFacts(
        code=pack.code,
        name_vi=pack.name.vi,
        name_en=pack.name.en,
        act=pack.act.number,
        effective_from=pack.effective_from,
        dominating=dominating,
        maximum=rounding.nine(pack.maximum),
        subtotal=pack.subtotal,
        grades=tuple(
            PackGrade(code=grade.code, at_least=rounding.nine(grade.at_least))
            for grade in pack.grades
        ),
        groups=tuple(
            PackGroupName(code=group.code, name_vi=group.name.vi, name_en=group.name.en)
            for group in pack.groups
        ),
    )
