"""Nothing stands where nothing can be said; beside verify.py.

What a figure is was recounted elsewhere. Here is when there is none: an agency that is not shown
has no share and no margins, one that is not ranked no place, promises no mix of services.
"""

from typing import Any

from ranking.verifying.recount_found import LEVELS

Row = dict[str, Any]

# None of an agency whose residents are too few to be shown.
OF_SHOWN = (
    *("raw", "expected", "meets_target", "sensitive", "fives_needed", "ones_to_lose"),
    *("funnel_z", "funnel_adjusted_z", "post_stratified", "post_stratified_n"),
    *("without_busiest_day_n", "without_busiest_device_n", "without_counter_n"),
    "quarantine_n_with",
)
OF_RANKED = ("own_low", "own_high", "own_critical_value")
# Of each further result: all of its fields, or none.
TOGETHER = (
    *(
        tuple(f"without_{name}_{part}" for part in ("n", "x", "share", "band"))
        for name in ("busiest_day", "busiest_device", "counter")
    ),
    tuple(f"quarantine_{part}_with" for part in ("n", "x", "share")),
)
OF_SATISFACTION = ("mean", "agreement", "uses_two_way", "funnel", "rates")
ASIDE = ("held", "excluded", "released")


def check_blanks(ranking: Row, notes: Row, inputs: list[Row]) -> list[str]:
    """Every figure that is there although it follows from nothing."""
    aside = {row["code"] for row in notes["quarantine_by_agency"]}
    faults = []
    for line, counted in zip(ranking["agencies"], inputs, strict=True):
        wrong = [*_too_much(line), *_torn(line)]
        if line["code"] not in aside:
            wrong += [f"quarantine_{name}" for name in ASIDE if line[f"quarantine_{name}"] != 0]
            wrong += [name for name in TOGETHER[-1] if line[name] is not None]
        if counted["gross_met"] == "" and line["pauses_flagged"] is not None:
            wrong.append("pauses_flagged")
        if (line["overdue_p90_days"] is None) != (not line["overdue_held"]):
            wrong.append("overdue_p90_days")
        faults += [f"{line['code']}: {name} stands without its grounds" for name in wrong]
    return faults + _shared(ranking)


def _too_much(line: Row) -> list[str]:
    wrong = []
    if line["share"] is None:
        wrong += [name for name in OF_SHOWN if line[name] is not None]
        wrong += ["part"] if line["part"] != 1 else []
    if line["n"] is None:
        wrong += [name for name in LEVELS if line[name] is not None]
    elif not line["n"]:
        wrong += [name for name in LEVELS if line[name]]
    for prefix in ("", "on_time_"):
        if line[prefix + "status"] != "ranked":
            wrong += [prefix + name for name in OF_RANKED if line[prefix + name] is not None]
    return wrong


def _torn(line: Row) -> list[str]:
    wrong = [names[0] for names in TOGETHER if len({line[name] is None for name in names}) > 1]
    if line["quarantine_band_with"] is not None and line["quarantine_n_with"] is None:
        wrong.append("quarantine_band_with")
    return wrong


def _shared(ranking: Row) -> list[str]:
    faults = []
    if ranking["punctuality"]["movement_threshold"] is not None:
        faults.append("punctuality: movement_threshold stands without its grounds")
    for indicator, names in (("satisfaction", ("rho",)), ("punctuality", OF_SATISFACTION)):
        for group in ranking[indicator]["groups"]:
            faults += [
                f"{indicator}: {group['name']}: {name} stands without its grounds"
                for name in names
                if group[name] is not None
            ]
    return faults
