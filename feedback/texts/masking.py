"""Takes out of a comment what tells on somebody: names, telephones, addresses of mail, numbers.

Rather too much than too little: what is left is read for what it says about the service, not about
whom. It cannot be complete (somebody may describe a neighbour), so masked comments are shown to
the agency only in batches and never published.
"""

import re
import unicodedata

MASK = "•••"

# The family names of nearly all Vietnamese, with and without their marks.
_MARKED = (
    "Nguyễn|Trần|Trương|Trịnh|Triệu|Lê|Lương|Lâm|Lý|La|Phạm|Phan|Phùng|Hoàng|Huỳnh|Hồ|Hà|Hứa|Vũ|Võ|"
    "Vương|Đặng|Đỗ|Đinh|Đoàn|Đào|Bùi|Ngô|Nông|Dương|Mai|Tô|Tạ|Tăng|Thái|Thạch|Cao|Châu|Quách|Kiều"
)
_BARE = "".join(c for c in unicodedata.normalize("NFD", _MARKED) if not unicodedata.combining(c))
_ANY = f"{_MARKED}|{_BARE.replace('Đ', 'D')}"
# Capitals of Vietnamese, composed (NFC); they alternate with small letters, so no range says them.
_UPPER = "A-Z" + "".join(c for c in map(chr, range(0xC0, 0x1EFA)) if c.isupper() and c.isalpha())
_CAPITAL = rf"[{_UPPER}][^\W\d_]*"
_MIDDLE = "văn|van|thị|thi|hữu|huu|đức|duc|ngọc|ngoc|minh|thanh|quốc|quoc|xuân|xuan"
_TITLE = (
    "ông|bà|anh|chị|cô|chú|bác|em|thầy|ong|ba|chi|co|chu|bac|đồng chí|dong chi|cán bộ|can bo|"
    "mr|mrs|ms|miss|officer|tên|tên là|tên tôi là|my name is|i am"
)

_MASKS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"\S+@\S+", 0),
        (r"(?:https?://|www\.)\S+", re.IGNORECASE),
        # Plates: 59-X1 234.56, 51F-123.45.
        (r"\b\d{2}\s?-?\s?[A-Za-z]{1,2}\d?\s?[-. ]?\s?\d{3}\.?\d{1,2}\b", 0),
        # Telephones, identity cards, accounts, case numbers, days: figures in a row or nearly so.
        (r"\+?\d(?:[\s.\-/]{0,2}\d){3,}", 0),
        (r"\b[A-Z]{1,4}[-/]?(?:•••|\d)[\w/-]*", 0),
        # Houses and lanes.
        (r"\b(?i:số|so|hẻm|hem|ngõ|ngo|nhà|house|no\.?)\s+\d+[\w/]*", 0),
        # A family name in capitals with what follows in capitals; or in any case with a middle one.
        (rf"\b(?:{_ANY})(?:\s+{_CAPITAL}){{1,4}}", 0),
        (rf"\b(?:{_ANY})\s+(?:{_MIDDLE})\s+[^\W\d_]+", re.IGNORECASE),
        (rf"\b(?:{_ANY.upper()})(?:\s+[{_UPPER}]+){{1,4}}\b", 0),
        (rf"\b(?i:{_TITLE})\.?\s+((?:{_CAPITAL})(?:\s+{_CAPITAL}){{0,3}})", 0),
        (rf"{_CAPITAL}(?:\s+{_CAPITAL}){{2,4}}", 0),  # three capitals in a row are a name of sorts
    )
)


def masked(text: str) -> str:
    """The text with `MASK` where it names somebody or something of theirs; blanks made single."""
    said = " ".join(unicodedata.normalize("NFC", text).split())
    for mask in _MASKS:
        said = mask.sub(_one, said)
    return re.sub(rf"{MASK}(?:[\s.,\-/]*{MASK})+", MASK, said)


def _one(found: re.Match[str]) -> str:
    """All of it, or after a title what follows the title."""
    if not found.re.groups:
        return MASK
    return f"{found[0][: found.start(1) - found.start()]}{MASK}"
