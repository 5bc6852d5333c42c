"""How large a request may be. Only where pictures are sent is there room for them."""

import re

from feedback.attachments import FILE_AT_MOST, SENDING_AT_MOST

BODY_AT_MOST = 1024 * 1024
UPLOAD_AT_MOST = SENDING_AT_MOST * FILE_AT_MOST + BODY_AT_MOST
PICTURES_AT = re.compile(
    r"/[a-z]{2,3}/(complaints/new|track/(files|reply|reopen)|inbox/[^/]+/(answer|files))"
    r"|/api/v1/cases/attachments"
)


def body(path: str, content_type: str) -> int:
    """The most bytes of a body at an address."""
    is_form = content_type.lower().startswith("multipart/form-data")
    return UPLOAD_AT_MOST if is_form and PICTURES_AT.fullmatch(path) else BODY_AT_MOST
