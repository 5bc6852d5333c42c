"""Pages: a handler parses, makes one call, replies.

Their addresses begin with a language, `/{lang:lang}/...`; any other first word is not found.
"""

from starlette.convertors import Convertor, register_url_convertor

from web.language import i18n


class _Language(Convertor[str]):
    regex = "|".join(i18n.LANGUAGES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("lang", _Language())
