"""An environment that renders the same text sooner: an edition is a thousand pages and more.

It speaks one language, so that `_("Residents")` is a constant of it, which becomes part of the text
around it when a template is compiled; a sentence with values becomes its pieces and the values
between them. What that cannot say, such as a plural, is left as it stands. And what is only written
is escaped without being marked as escaped, macros are called without asking what they are.
"""

import re
from collections.abc import Callable, MutableMapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
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


class _Generator(CodeGenerator):
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


_PLAIN = {FunctionType, MethodType, partial}
"""What takes no context unless it says so."""


class _Context(Context):
    def call(self, of: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(of)
        if kind is Macro:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return of(self.eval_ctx, *args, **kwargs)
        if kind not in _PLAIN or hasattr(of, "jinja_pass_arg"):
            return super().call(of, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return of(*args, **kwargs)


class FoldingEnvironment(Environment):
    """As its parent, but for what templates cost."""

    code_generator_class = _Generator
    context_class = _Context
    words: Callable[[str], str] | None = None
    """Says a sentence in the language of the environment."""
    written = staticmethod(written)

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
