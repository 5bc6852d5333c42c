"""An environment that renders the same text sooner: an edition is a thousand pages and more.

It speaks one language, so that `_("Residents")` is a constant of it, which becomes part of the text
around it when a template is compiled; a sentence with values becomes its pieces and the values
between them. What that cannot say, such as a plural, is left as it stands. And what is only written
is escaped without being marked as escaped, what filters make of a figure is not escaped at all,
and macros are called without asking what they are.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, partial
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_NAMES = {"_", "gettext"}
_HOLE = re.compile(r"%(?:(%)|\((\w+)\)s)")


def written(value: Any) -> str:
    """The value as it stands in a page."""
    kind = type(value)
    if kind is Markup or (kind is str and not _SPECIAL.search(value)):
        text: str = value
        return text
    return escape(value)


_SPECIAL = re.compile(r"""[&<>"']""")


class _Said(dict[str, Markup]):
    """Words of templates that are handed on, marked as escaped once."""

    def __missing__(self, text: str) -> Markup:
        self[text] = Markup(text)  # noqa: S704 -- a template's own words
        return self[text]


class _Generator(CodeGenerator):
    environment: "FoldingEnvironment"

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        elif isinstance(node, nodes.Filter) and node.name in self.environment.plain_filters:
            self.write("(")
        else:
            self.write("environment.written(")

    def visit_TemplateData(self, node: nodes.TemplateData, frame: Frame) -> None:  # noqa: N802
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super().visit_TemplateData(node, frame)
        else:
            self.write(f"environment.said[{node.data!r}]")

    def signature(
        self, node: Any, frame: Frame, extra_kwargs: Mapping[str, Any] | None = None
    ) -> None:
        """Nobody who is called here looks at the variables of loops and blocks around it."""
        more = {key: of for key, of in (extra_kwargs or {}).items() if key not in _AROUND}
        super().signature(node, frame, more)


_AROUND = {"_loop_vars", "_block_vars"}
_PLAIN = {FunctionType, MethodType, BuiltinMethodType, partial, type(cache(len))}
"""What takes no context unless it says so."""


class _Context(Context):
    def call(self, of: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(of)
        if kind is Macro:
            return _told(of, args, kwargs)
        if kind not in _PLAIN or hasattr(of, "jinja_pass_arg"):
            return super().call(of, *args, **kwargs)
        return of(*args, **kwargs)


def _told(macro: Macro, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """As `Macro.__call__`, for those that take just what they name."""
    names = macro.arguments
    is_open = macro.catch_kwargs or macro.catch_varargs or len(args) > len(names)
    if is_open or (macro.caller and "caller" not in kwargs):
        return macro(*args, **kwargs)
    given = [*args, *(kwargs.pop(name, missing) for name in names[len(args) :])]
    if macro.caller and not macro.explicit_caller:
        given.append(kwargs.pop("caller"))
    if kwargs:
        raise TypeError(f"macro {macro.name!r} takes no {', '.join(kwargs)}")
    return _marked(Markup, macro._func(*given))  # noqa: SLF001 -- all a macro is, compiled


_marked = str.__new__


class FoldingEnvironment(Environment):
    """As its parent, but for what templates cost."""

    code_generator_class = _Generator
    context_class = _Context
    words: Callable[[str], str] | None = None
    """Says a sentence in the language of the environment."""
    plain_filters: frozenset[str] = frozenset()
    """What these give has no character that must be escaped."""
    written = staticmethod(written)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.said = _Said()
        self._known: dict[str, Template] = {}

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:  # noqa: A002 -- Jinja's name
        """Each is looked for once, for none is read again when it changes."""
        if globals is not None or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = super().get_template(name, parent)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """All that templates know as one dict, which is copied for each that is rendered."""
        return {**self.globals, **(d or {})}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        # Jinja has no place for what works on a whole parsed template; `compile` and `parse` both
        # come through here.
        parsed = super()._parse(source, name, filename)
        if self.words is None:
            return parsed
        folded: nodes.Template = _Fold(self.words).visit(parsed)
        return folded


class _Fold(NodeTransformer):
    def __init__(self, words: Callable[[str], str]) -> None:
        self._words = words

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 -- Jinja's name
        self.generic_visit(node)
        node.nodes = [piece for child in node.nodes for piece in _told_apart(child)]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 -- Jinja's name
        self.generic_visit(node)
        return self._sentence(node) or node

    def _sentence(self, call: nodes.Call) -> nodes.Expr | None:
        if not isinstance(call.node, nodes.Name) or call.node.name not in _NAMES:
            return None
        if len(call.args) != 1 or call.dyn_args or call.dyn_kwargs:
            return None
        [text] = call.args
        if not isinstance(text, nodes.Const) or not isinstance(text.value, str):
            return None
        values = {of.key: of.value for of in call.kwargs}
        pieces = _pieces(self._words(text.value), values, call.lineno)
        if pieces is None:
            return None
        if len(pieces) == 1:
            return pieces[0]
        whole = nodes.Concat(pieces, lineno=call.lineno)
        return nodes.MarkSafeIfAutoescape(whole, lineno=call.lineno)


def _told_apart(child: nodes.Expr) -> list[nodes.Expr]:
    """The pieces of a sentence that is shown as it is: each can join what stands beside it."""
    if isinstance(child, nodes.MarkSafeIfAutoescape) and isinstance(child.expr, nodes.Concat):
        return child.expr.nodes
    return [child]


def _pieces(text: str, values: dict[str, nodes.Expr], lineno: int) -> list[nodes.Expr] | None:
    """Text and values in turn, the first a text; None where that is not all the sentence says."""
    holes = [name for _, name in _HOLE.findall(text) if name]
    if "%" in _HOLE.sub("", text) or len(holes) != len(set(holes)) or set(holes) != set(values):
        return None
    pieces: list[nodes.Expr] = []
    said, end = "", 0
    for hole in _HOLE.finditer(text):
        said += text[end : hole.start()]
        end = hole.end()
        if hole[1]:
            said += "%"
            continue
        pieces += [nodes.TemplateData(said, lineno=lineno), values[hole[2]]]
        said = ""
    said += text[end:]
    return [*pieces, nodes.TemplateData(said, lineno=lineno)]
