"""The table of access as a document: `python -m web.guarding.access_matrix` writes it."""

from pathlib import Path

from feedback.models import Role
from web.guarding.access_table import ACCESS, Whom

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"

HEAD = """# Who may open what

Made from `web/guarding/access_table.py` by `python -m web.guarding.access_matrix`; an address that
is not in it does not start. Which case, agency or number somebody may see behind an address is
decided by `feedback/permissions.py`. `everybody`: residents without an account, and whoever is
signed in. An agency key opens a call only with the scope that stands in its column
(`feedback/scopes.py`).
"""


def document() -> str:
    """The matrix in Markdown: a row each address, a column each role."""
    names = [role.value for role in Role]
    lines = [
        HEAD,
        f"| address | method | everybody | {' | '.join(names)} | agency key |",
        f"|---|---|:-:|{':-:|' * len(names)}:-:|",
    ]
    for (method, path), whom in sorted(ACCESS.items(), key=lambda row: (row[0][1], row[0][0])):
        lines.append(f"| `{_shown(path)}` | {method} | {' | '.join(_cells(whom))} |")
    return "\n".join(lines) + "\n"


def _shown(path: str) -> str:
    return path.replace("{lang:lang}", "{lang}").replace(":path}", "}")


def _cells(whom: Whom) -> list[str]:
    roles = [_mark(whom.everybody or role in whom.roles) for role in Role]
    key = _mark(whom.everybody) if whom.scope is None else f"`{whom.scope}`"
    return [_mark(whom.everybody), *roles, key]


def _mark(allowed: bool) -> str:
    return "✓" if allowed else ""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
