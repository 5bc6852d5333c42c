"""The letter of apology as a PDF, ready to be printed, signed and sealed.

Laid out as Decree 30/2020/NĐ-CP has official letters: A4, left margin 30 mm, the state and its
motto at the top right, the agency at the top left. Its letters are Be Vietnam Pro (Open Font
License), the two halves of the web font as one; only those in use are embedded.
"""

from datetime import date, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.prefs import ViewerPreferences

from feedback.apologies import Letter
from web.language import i18n
from web.language.i18n import mark

FONTS = Path(__file__).parents[1] / "letters"
FACE = "Be Vietnam Pro"
LEFT, RIGHT, TOP = 30.0, 20.0, 20.0  # millimetres
SIZE, LINE = 12.0, 6.6
BLANK = "." * 24
LONG_BLANK = "." * 78


def document(letter: Letter, language: str, *, today: date, timezone: str) -> bytes:
    """The letter in one language; the same facts and day give the same text."""
    page = _Page(language, timezone)
    page.head(letter, today)
    page.body(letter)
    page.sign()
    return bytes(page.pdf.output())


class _Page:
    """One sheet being written."""

    def __init__(self, language: str, timezone: str) -> None:
        self.language, self.timezone = language, timezone
        self.words = i18n.translator(language)
        self.pdf = pdf = FPDF(format="A4")
        pdf.set_margins(LEFT, TOP, RIGHT)
        pdf.set_auto_page_break(True, margin=TOP)
        pdf.add_font(FACE, "", FONTS / "be-vietnam-pro-400.ttf")
        pdf.add_font(FACE, "B", FONTS / "be-vietnam-pro-700.ttf")
        pdf.set_lang(language)
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        pdf.add_page()

    def head(self, letter: Letter, today: date) -> None:
        pdf, say = self.pdf, self.words.gettext
        agency = letter.agency.name(self.language)
        title = say(mark("LETTER OF APOLOGY AND NEW DATE"))
        pdf.set_title(f"{title} ({letter.reference})")
        pdf.set_author(agency)
        pdf.set_subject(letter.reference)
        middle = LEFT + pdf.epw * 0.42
        top = pdf.get_y()
        self._block(agency.upper(), LEFT, middle - LEFT - 4, bold=True)
        self._block(f"{say(mark('No.'))} {BLANK}", LEFT, middle - LEFT - 4)
        low = pdf.get_y()
        pdf.set_y(top)
        wide = LEFT + pdf.epw - middle
        self._block(say(mark("SOCIALIST REPUBLIC OF VIET NAM")), middle, wide, bold=True, size=11)
        self._block(say(mark("Independence – Freedom – Happiness")), middle, wide, bold=True)
        under = pdf.get_y() + 0.6
        pdf.line(middle + wide * 0.22, under, middle + wide * 0.78, under)
        pdf.set_y(max(low, under + 3))
        day = say(mark("on %(day)s/%(month)s/%(year)s")) % {
            "day": f"{today.day:02}",
            "month": f"{today.month:02}",
            "year": today.year,
        }
        self._line(f"{BLANK}, {day}", align="R")
        pdf.ln(LINE)
        self._line(title, bold=True, size=14, align="C")
        pdf.ln(LINE / 2)

    def body(self, letter: Letter) -> None:
        say = self.words.gettext
        agency = letter.agency.name(self.language)
        self._line(f"{say(mark('To:'))} {LONG_BLANK}")
        self._line(f"{say(mark('Address:'))} {LONG_BLANK}")
        self.pdf.ln(LINE / 2)
        received = (
            say(mark("On %(day)s, %(agency)s received your dossier:"))
            if letter.is_dossier
            else say(mark("On %(day)s, %(agency)s received your feedback:"))
        )
        self._line(received % {"day": self._moment(letter.received_at), "agency": agency})
        service = letter.service.name(self.language) if letter.service else say(mark("none named"))
        state = (
            say(mark("overdue"))
            if letter.is_late
            else say(mark("in work, within the promised time"))
        )
        for name, value in (
            (say(mark("Receipt number")), letter.reference),
            (say(mark("About")), service),
            (say(mark("Promised for")), self._moment(letter.promised_at)),
            (say(mark("State today")), state),
        ):
            self._fact(name, value)
        self.pdf.ln(LINE / 2)
        reason = say(mark("We could not finish by the promised day. The reason is:"))
        self._line(f"{reason} {letter.reason or LONG_BLANK}")
        sorry = say(mark("%(agency)s sincerely apologises to you for this delay."))
        self._line(sorry % {"agency": agency})
        self._line(f"{say(mark('New date:'))} {self._moment(letter.next_at)}", bold=True)
        self._line(say(mark("We ask for your understanding and thank you for your patience.")))

    def sign(self) -> None:
        say = self.words.gettext
        if self.pdf.will_page_break(8 * LINE):
            self.pdf.add_page()
        self.pdf.ln(LINE)
        left = LEFT + self.pdf.epw * 0.5
        wide = self.pdf.epw * 0.5
        self._block(say(mark("HEAD OF THE AGENCY")), left, wide, bold=True)
        self._block(say(mark("(signature, full name and seal)")), left, wide, size=11)

    def _moment(self, at: datetime | None) -> str:
        if at is None:
            return BLANK
        return i18n.localise_datetime(at, self.language, self.timezone, style="long")

    def _line(self, text: str, *, bold: bool = False, size: float = SIZE, align: str = "L") -> None:
        self.pdf.set_font(FACE, "B" if bold else "", size)
        self.pdf.multi_cell(0, LINE, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.pdf.ln(LINE / 3)

    def _block(
        self, text: str, left: float, width: float, *, bold: bool = False, size: float = SIZE
    ) -> None:
        self.pdf.set_font(FACE, "B" if bold else "", size)
        self.pdf.set_x(left)
        self.pdf.multi_cell(width, LINE, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _fact(self, name: str, value: str) -> None:
        pdf = self.pdf
        pdf.set_font(FACE, "", SIZE)
        pdf.set_x(LEFT + 6)
        pdf.cell(58, LINE, f"– {name}:")
        pdf.set_font(FACE, "B", SIZE)
        pdf.multi_cell(pdf.epw - 64, LINE, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
