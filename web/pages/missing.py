"""What is said of a field left empty: which one, for a list of faults on top of a page."""

from web import errors
from web.forms import Form
from web.language import i18n
from web.language.i18n import mark

WORDS = {
    "agency": mark("Please choose an office."),
    "subject": mark("Please say in a few words what it is about."),
    "text": mark("Please write what you want to tell us."),
    "reach_by": mark("Please choose one of the two."),
    "code": mark("Please enter the code."),
    "overall": mark("Please say how satisfied you are."),
}


def tell(form: Form, field: str, language: str) -> None:
    """Say that a field is empty. KeyError for one without words of its own."""
    form.faults[field] = i18n.translator(language).gettext(WORDS[field])


def tell_all(form: Form, error: Exception, language: str) -> None:
    """Say which fields are empty; `forms.refused` then says what else is wrong."""
    for fault in errors.faults_of(error):
        if fault.reason == "missing" and fault.field in WORDS:
            tell(form, fault.field, language)
