"""The lists of cases that members of staff keep.

What the lists themselves are read from, `inbox_entry` and `case_words`, has no model: the database
writes both by trigger; `feedback.office.inbox` and `feedback.office.case_search` read them in SQL.
"""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.staff import AccountRow


class SavedListRow(Model):
    """A list of cases somebody keeps under a name; `query` is its address, of known names alone."""

    id = fields.IntField(primary_key=True)
    account: fields.ForeignKeyRelation[AccountRow] = fields.ForeignKeyField(
        "feedback.AccountRow", related_name="lists", on_delete=OnDelete.RESTRICT
    )
    account_id: int
    name = fields.CharField(max_length=60)
    query = fields.CharField(max_length=1000)
    saved_at = fields.DatetimeField()

    class Meta:
        table = "saved_list"
        unique_together = (("account", "name"),)
