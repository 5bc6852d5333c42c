"""Sentences folded into templates say what they would have said when rendered."""

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web import folding

WORDS = {
    "Residents": "Người dân & ai",
    "%(n)s of %(all)s": "trong %(all)s có %(n)s, 100%%",
    "%(n)s again": "%(n)s và %(n)s",
    "lone": "100 %",
}


def _made(kind: type[jinja2.Environment]) -> jinja2.Environment:
    made = kind(autoescape=True, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(  # type: ignore[attr-defined]  # comes with the extension
        lambda text: WORDS.get(text, text),
        lambda one, many, n: one if n == 1 else many,
        newstyle=True,
    )
    if isinstance(made, folding.FoldingEnvironment):
        made.words = lambda text: WORDS.get(text, text)
    return made


SOURCES = (
    "<p>{{ _('Residents') }}</p>",
    "{{ _('%(n)s of %(all)s', n=n, all=all) }}",
    "{% trans n=n, all=all %}{{ n }} of {{ all }}{% endtrans %}",
    "{% set said = _('%(n)s of %(all)s', n=n, all=all) %}{{ said }}{{ said | length }}",
    "{{ _('%(n)s again', n=n) }}",
    "{% trans count=3 %}one{% pluralize %}{{ count }} many{% endtrans %}",
    "{% macro cell(word) %}<b>{{ word }}</b>{% endmacro %}{{ cell(_('Residents')) }}{{ cell(n) }}",
    "{% macro box() %}<i>{{ caller() }}</i>{% endmacro %}{% call box() %}{{ n }}{% endcall %}",
    "{{ [_('Residents'), n] | join(all) }}",
    "{{ n ~ _('%(n)s of %(all)s', n='<', all=all) }}",
)
values = st.one_of(st.text(), st.integers(), st.text().map(Markup), st.none(), st.floats())


@given(n=values, all_=values)
@pytest.mark.parametrize("source", SOURCES)
def test_a_folded_template_renders_the_same_text(source: str, n: object, all_: object):
    plain, folded = (
        _made(kind).from_string(source) for kind in (jinja2.Environment, folding.FoldingEnvironment)
    )
    assert folded.render(n=n, all=all_) == plain.render(n=n, all=all_)


@pytest.mark.parametrize(
    "source", ["{{ missing }}", "{{ _('%(n)s of %(all)s', n=missing, all=1) }}"]
)
def test_a_missing_value_is_still_a_fault(source: str):
    with pytest.raises(jinja2.UndefinedError):
        _made(folding.FoldingEnvironment).from_string(source).render()


def test_a_lone_percent_is_still_a_fault():
    with pytest.raises(ValueError, match="format"):
        _made(folding.FoldingEnvironment).from_string("{{ _('lone') }}").render()
