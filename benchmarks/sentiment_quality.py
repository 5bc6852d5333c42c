"""How well and how fast the tone of comments is read.

Vietnamese: student feedback with known tone (UIT-VSFC), read cold by the lexicon, and again after
learning from the training part as if it were rated comments. It is never part of the product.
English: our own short comments about public offices. Macro-F1 over negative and positive; neutral
texts are left out, and a text read as neither counts as missed.
"""

import csv
import gzip
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from feedback.texts import learned_tone, sentiment, vietnamese_rules
from feedback.texts.learned_tone import Learned

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "tests" / "data" / "english_comments.csv"
STUDENTS = ROOT.parent / "shared" / "data" / "vn_text" / "uit_vsfc"
TRAIN, DEV = STUDENTS / "train.csv.gz", STUDENTS / "dev.csv"
SPEED_DOCUMENTS = {"small": 2_000, "city": 20_000}
LEARNING_CURVE = (500, 2_000)

Labelled = list[tuple[str, int]]  # text, -1 or 1


def available() -> bool:
    """Whether the labelled Vietnamese texts are beside the repository."""
    return TRAIN.is_file() and DEV.is_file()


def students(path: Path) -> Labelled:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        rows = [(row["sentence"], int(row["sentiment"]) - 1) for row in csv.DictReader(file)]
    return [(text, side) for text, side in rows if side]


def english() -> Labelled:
    with ENGLISH.open(encoding="utf-8") as file:
        sides = {"negative": -1, "positive": 1}
        return [(row["comment"], sides[row["label"]]) for row in csv.DictReader(file)]


def macro_f1(truth: Sequence[int], polarities: Sequence[float]) -> float:
    """Mean F1 of the two sides, by the sign of the polarity; 0 is neither."""
    pairs = list(zip(truth, [(p > 0) - (p < 0) for p in polarities], strict=True))
    scores = []
    for side in (-1, 1):
        hit = sum(1 for true, said in pairs if true == said == side)
        wrong = sum(1 for true, said in pairs if (true == side) != (said == side))
        scores.append(2 * hit / (2 * hit + wrong) if hit or wrong else 0.0)
    return sum(scores) / len(scores)


def f1_of(rows: Labelled, language: str, learned: Learned | None = None) -> float:
    polarities = [sentiment.read_tone(text, language, learned).polarity for text, _ in rows]
    return macro_f1([side for _, side in rows], polarities)


def learn(rows: Iterable[tuple[str, int]]) -> Learned:
    """As if every labelled text were a rated comment: 1 star or 5."""
    return learned_tone.Learner().fit((text, 3 + 2 * side) for text, side in rows)


def run(scale: str = "small") -> dict[str, Any]:
    """Print and return the figures; without the Vietnamese texts, the reason they are missing."""
    figures: dict[str, Any] = {"english_macro_f1": round(f1_of(english(), "en"), 4)}
    if available():
        figures |= _vietnamese(scale)
    else:
        figures["skipped"] = "no ../shared/data/vn_text/uit_vsfc: Vietnamese not measured"
    print(json.dumps(figures, indent=2))
    return figures


def _vietnamese(scale: str) -> dict[str, Any]:
    train, dev = students(TRAIN), students(DEV)
    start = time.perf_counter()
    learned = learn(train)
    fitted = time.perf_counter() - start
    documents = [text for text, _ in train[: SPEED_DOCUMENTS.get(scale, 2_000)]]
    return {
        "cold_macro_f1": round(f1_of(dev, "vi"), 4),
        "learned_macro_f1": round(f1_of(dev, "vi", learned), 4),
        "learned_from": {
            str(count): round(f1_of(dev, "vi", learn(train[:count])), 4) for count in LEARNING_CURVE
        },
        "fit_seconds": round(fitted, 2),
        "learned_bytes": len(learned.to_json().encode()),
        "characters_per_document": round(sum(map(len, documents)) / len(documents)),
        "cold_documents_per_second": _speed(documents, None),
        "learned_documents_per_second": _speed(documents, learned),
    }


def _speed(documents: Sequence[str], learned: Learned | None) -> int:
    """Documents per second of processor time: other work on the machine does not count."""
    start = time.process_time()
    for text in documents:
        reading = vietnamese_rules.read(text)
        if learned is not None:
            learned.polarity(reading)
    return round(len(documents) / (time.process_time() - start))


if __name__ == "__main__":
    run()
