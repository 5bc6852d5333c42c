"""Administration, page by page: one module a noun."""

from fastapi import APIRouter

from web.pages.admin import (
    accounts,
    agencies,
    audit,
    changes,
    commitments,
    files,
    keys,
    periods,
    questionnaire,
    services,
)

router = APIRouter(include_in_schema=False)
for _one in (
    accounts,
    agencies,
    services,
    commitments,
    changes,
    files,
    keys,
    questionnaire,
    periods,
    audit,
):
    router.routes.extend(_one.router.routes)
