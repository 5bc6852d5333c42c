"""The table of access as a document: complete, and as fresh as the table itself."""

from feedback.models import Role
from web.guarding import access, access_matrix


def test_the_document_is_fresh() -> None:
    stored = access_matrix.DOCUMENT.read_text(encoding="utf-8")
    assert stored == access_matrix.document(), "run python -m web.guarding.access_matrix"


def test_every_address_has_a_row_with_a_cell_for_every_role() -> None:
    rows = [line for line in access_matrix.document().splitlines() if line.startswith("| `/")]
    assert len(rows) == len(access.ACCESS)
    assert {row.count("|") for row in rows} == {len(Role) + 5}
