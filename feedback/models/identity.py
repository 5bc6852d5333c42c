"""Who residents are, and the keys of their cases: in a schema of their own, `identity`."""

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from feedback.models.cases import CaseRow


class ContactRow(Model):
    """Who the resident is, sealed; apart from the case, so that it can be forgotten alone."""

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="contact", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    sealed = fields.BinaryField()

    class Meta:
        table = "contact"
        schema = "identity"


class CaseKeyRow(Model):
    """The data key of one case, wrapped by the instance's key; gone when the case is erased."""

    id = fields.BigIntField(primary_key=True)
    case: fields.OneToOneRelation[CaseRow] = fields.OneToOneField(
        "feedback.CaseRow", related_name="case_key", on_delete=OnDelete.RESTRICT
    )
    case_id: int
    wrapped = fields.BinaryField()
    wrapped_with = fields.BinaryField()  # which instance key, by its fingerprint

    class Meta:
        table = "case_key"
        schema = "identity"
