"""Sentences folded into templates say what they would have said when rendered."""

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web.drawing import folding

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
    "{% macro of(a, b='&', c=n) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ of(n) }}{{ of(1, c=all) }}",
    """{% macro box(t) %}{{ t }}{{ caller(n) }}{% endmacro %}
    {% for i in [1, 2] %}{% call(m) box(t=all) %}{{ i }}{{ m }}{% endcall %}{% endfor %}""",
    "{% macro any() %}{{ varargs | length }}{{ kwargs.x }}{% endmacro %}{{ any(1, 2, x=n) }}",
    """{% macro said(word) %}{{ word }}{{ word }}{% endmacro %}{% for i in [n, all] %}
    {% set of %}{{ said(i) }}{% endset %}{{ said(_('Residents')) }}{{ of }}{% endfor %}""",
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


@pytest.mark.parametrize("call", ["one(1, 2)", "one(1, two=2)", "one(1, caller=2)"])
def test_what_a_macro_does_not_take_is_still_a_fault(call: str):
    source = "{% macro one(a) %}{{ a }}{% endmacro %}{{ " + call + " }}"
    with pytest.raises(TypeError, match="one"):
        _made(folding.FoldingEnvironment).from_string(source).render()


def test_a_macro_that_asks_for_a_body_and_is_given_none_is_still_a_fault():
    source = "{% macro box() %}{{ caller() }}{% endmacro %}{{ box() }}"
    with pytest.raises(jinja2.UndefinedError):
        _made(folding.FoldingEnvironment).from_string(source).render()


def test_what_a_filter_of_figures_gives_is_written_as_it_is():
    made = _made(folding.FoldingEnvironment)
    made.filters |= {"figure": str, "word": str}
    assert isinstance(made, folding.FoldingEnvironment)
    made.plain_filters = frozenset({"figure"})
    assert made.from_string("{{ n | figure }}").render(n="<") == "<"
    assert made.from_string("{{ n | word }}").render(n="<") == "&lt;"


def test_a_lone_percent_is_still_a_fault():
    with pytest.raises(ValueError, match="format"):
        _made(folding.FoldingEnvironment).from_string("{{ _('lone') }}").render()
