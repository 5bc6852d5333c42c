"""The tables of counted answers, of periods and editions and their life: one module a noun."""

from ranking.models.editions import (
    EditionRow,
    EditionStatus,
    Finding,
    PeriodRow,
    QuarantineDecisionRow,
    QuarantinedRatingRow,
    QuarantineRow,
    QuarantineState,
)
from ranking.models.life import (
    EditionWishRow,
    MeasureReportRow,
    MeasureRow,
    ObjectionRow,
    ObjectionState,
    PlanVersionRow,
    ReplyRow,
    WishKind,
)
from ranking.models.spread import BusiestAnswerRow, SpreadRow
from ranking.models.subscriptions import SubscriptionRow
from ranking.models.tallies import (
    CountedAnswerRow,
    RecountBegunRow,
    RecountRow,
    StratumRow,
    TallyMarkRow,
    TallyRow,
    UntalliedRow,
)

__all__ = [
    "BusiestAnswerRow",
    "CountedAnswerRow",
    "EditionRow",
    "EditionStatus",
    "EditionWishRow",
    "Finding",
    "MeasureReportRow",
    "MeasureRow",
    "ObjectionRow",
    "ObjectionState",
    "PeriodRow",
    "PlanVersionRow",
    "QuarantineDecisionRow",
    "QuarantineRow",
    "QuarantineState",
    "QuarantinedRatingRow",
    "RecountBegunRow",
    "RecountRow",
    "ReplyRow",
    "SpreadRow",
    "StratumRow",
    "SubscriptionRow",
    "TallyMarkRow",
    "TallyRow",
    "UntalliedRow",
    "WishKind",
]
