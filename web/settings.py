"""Settings: one frozen value, read once by a command and handed on. Nothing is read at import."""

import fcntl
import os
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pydantic
from dotenv import dotenv_values

from sla import packs
from web import mistakes

DEFAULT_SECRET = "unsafe-default-secret"  # noqa: S105 -- refused by `serve`, see unsafe_for_production
SHORTEST_SECRET = 32
KEPT = "secrets.toml"


@dataclass(eq=False)
class BadSetting(mistakes.Mistake):
    """A setting that cannot be used. Never quotes its value, which may hold a password."""

    variable: str
    why: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.why}"


def _scheme(*schemes: str) -> pydantic.AfterValidator:
    def check(url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in schemes:
            raise ValueError(f"must be a URL that begins with {', '.join(schemes)}")
        _ = parts.port  # a port that is no number raises ValueError here, not at the first use
        return url

    return pydantic.AfterValidator(check)


def _bare_site(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be scheme and host only, such as https://example.org")
    return url.rstrip("/")


def _bare_issuer(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be the issuer as the provider spells it, without query")
    return url


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is no IANA time zone such as Asia/Ho_Chi_Minh") from error
    return name


def _separated(value: object) -> object:
    return (
        tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value
    )


HIDDEN = pydantic.Field(repr=False)
DatabaseUrl = Annotated[str, _scheme("postgres", "postgresql", "asyncpg")]
RedisUrl = Annotated[str, _scheme("redis", "rediss", "unix")]
SmtpUrl = Annotated[str, _scheme("smtp", "smtps")]
SiteUrl = Annotated[str, _scheme("http", "https"), pydantic.AfterValidator(_bare_site)]
Issuer = Annotated[str, _scheme("http", "https"), pydantic.AfterValidator(_bare_issuer)]
Webhook = Annotated[str, _scheme("http", "https")]
Language = Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Settings(pydantic.BaseModel):
    """All that an installation may choose. `None` means "there is none".

    Built directly it takes only what it is given: tests are blind to the environment.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    database_url: Annotated[DatabaseUrl | None, HIDDEN] = None
    owner_url: Annotated[DatabaseUrl | None, HIDDEN] = None
    redis_url: Annotated[RedisUrl | None, HIDDEN] = None
    base_url: SiteUrl | None = None
    secret_key: Annotated[str, HIDDEN] = DEFAULT_SECRET
    former_secret_key: Annotated[str, HIDDEN] = ""
    pepper: Annotated[str, HIDDEN] = DEFAULT_SECRET
    data: Path = Path("var")
    channels: Path | None = None
    packs_dir: Path | None = None
    proxies: Annotated[int, pydantic.Field(ge=0, le=5)] = 0
    contact_days: Annotated[int, pydantic.Field(ge=30, le=3650)] = 180
    text_years: Annotated[int, pydantic.Field(ge=1, le=70)] = 5
    smtp_url: Annotated[SmtpUrl | None, HIDDEN] = None
    second_factor: Literal["required", "offered"] | None = None
    oidc_issuer: Annotated[Issuer | None, HIDDEN] = None
    oidc_client_id: str = ""
    oidc_client_secret: Annotated[str, HIDDEN] = ""
    sms_webhook: Annotated[Webhook | None, HIDDEN] = None
    sms_secret: Annotated[str, HIDDEN] = ""
    webhook_hosts: Annotated[tuple[str, ...], pydantic.BeforeValidator(_separated)] = ()
    timezone: Annotated[str, pydantic.AfterValidator(_known_zone)] = "Asia/Ho_Chi_Minh"
    languages: Annotated[
        tuple[Language, ...],
        pydantic.BeforeValidator(_separated),
        pydantic.Field(min_length=1),
    ] = ("vi", "en")
    pack: str = "vn"
    demo: bool = False

    @property
    def is_second_factor_required(self) -> bool:
        """Whether staff need one; a demonstration only offers it, unless told otherwise."""
        return self.second_factor == "required" or (self.second_factor is None and not self.demo)

    @property
    def site(self) -> str:
        """Where its pages are found, without a slash at the end; where nobody said, the address
        this machine is tried out under.
        """
        return self.base_url or "http://localhost:8000"

    @property
    def owners_url(self) -> str | None:
        """The database as its owner; the application's own way where one role is both."""
        return self.owner_url or self.database_url

    @property
    def zone(self) -> ZoneInfo:
        """The local zone, in which days begin and periods are cut."""
        return ZoneInfo(self.timezone)

    @classmethod
    def read(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        env_file: Path = Path(".env"),
        **given: object,
    ) -> "Settings":
        """The settings of this installation; raises BadSetting.

        What is `given` (a command's option) wins over the environment, that over `env_file`, that
        over the secrets kept in the data folder. An empty string is the same as unset. The pack
        named is in force in this process from then on.
        """
        environ = os.environ if environ is None else environ
        found = {**_filled(dotenv_values(env_file, interpolate=False)), **_filled(environ)}
        chosen: dict[str, object] = {
            name: next(found[variable] for variable in variables(name) if variable in found)
            for name in cls.model_fields
            if any(variable in found for variable in variables(name))
        }
        chosen |= {name: value for name, value in given.items() if value is not None}
        settings = _parsed(chosen)
        _put_in_force(settings.pack)
        return _parsed({**_kept(settings.data), **chosen})

    def with_secrets(self) -> "Settings":
        """The same, with random secrets in place of defaults, kept in the data folder.

        Made once: tokens and codes given out before a restart stay good after it.
        """
        missing = [name for name in _SECRETS if getattr(self, name) == DEFAULT_SECRET]
        if not missing:
            return self
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / f".{KEPT}.lock").open("a") as lock:  # two first commands agree on one
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = _kept(self.data)
            fresh = {name: secrets.token_urlsafe(48) for name in missing if name not in kept}
            if fresh:
                kept |= fresh
                _keep(self.data, kept)
        return self.model_copy(update={name: kept[name] for name in missing})

    def as_environment(self) -> dict[str, str]:
        """The variables from which a child process reads these same settings."""
        values = {variables(name)[0]: getattr(self, name) for name in type(self).model_fields}
        values["HAILONG_LANGUAGES"] = ",".join(self.languages)
        values["HAILONG_WEBHOOK_HOSTS"] = ",".join(self.webhook_hosts)
        return {variable: "" if value is None else str(value) for variable, value in values.items()}


_SECRETS = ("secret_key", "pepper")
_PLAIN = ("database_url", "redis_url")  # names that hosting platforms set


def variables(name: str) -> tuple[str, ...]:
    """The environment variables of a setting, the stronger first."""
    ours = f"HAILONG_{name.upper()}"
    return (ours, name.upper()) if name in _PLAIN else (ours,)


def unsafe_for_production(settings: Settings) -> list[str]:
    """One sentence per setting in use that `serve` refuses; empty when all is well."""
    return [sentence for is_unsafe, sentence in _dangers(settings) if is_unsafe]


def _dangers(settings: Settings) -> Iterable[tuple[bool, str]]:
    yield settings.database_url is None, "HAILONG_DATABASE_URL is not set"
    yield settings.base_url is None, "HAILONG_BASE_URL is not set: links in mails need it"
    for name in _SECRETS:
        value: str = getattr(settings, name)
        variable = variables(name)[0]
        yield value == DEFAULT_SECRET, f"{variable} is not set"
        too_short = value != DEFAULT_SECRET and len(value) < SHORTEST_SECRET
        yield too_short, f"{variable} is shorter than {SHORTEST_SECRET} characters"
    same = settings.pepper == settings.secret_key != DEFAULT_SECRET
    yield same, "HAILONG_PEPPER and HAILONG_SECRET_KEY are the same"
    unsigned = settings.sms_webhook is not None and not settings.sms_secret
    yield unsigned, "HAILONG_SMS_SECRET is not set: the gateway could not tell us from others"
    issuer = settings.oidc_issuer or ""
    yield issuer.startswith("http:"), "HAILONG_OIDC_ISSUER is not https"
    yield bool(issuer) and not settings.oidc_client_id, "HAILONG_OIDC_CLIENT_ID is not set"
    yield settings.demo, "HAILONG_DEMO is on"


def _filled(found: Mapping[str, str | None]) -> dict[str, str]:
    return {variable: value.strip() for variable, value in found.items() if value and value.strip()}


def _parsed(chosen: Mapping[str, object]) -> Settings:
    try:
        return Settings.model_validate(dict(chosen))
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        why = first["msg"].removeprefix("Value error, ")
        raise BadSetting(variables(str(first["loc"][0]))[0], why) from None


def _kept(data: Path) -> dict[str, object]:
    path = data / KEPT
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadSetting(str(path), "cannot be read; it keeps this folder's secrets") from error
    return {name: found[name] for name in _SECRETS if name in found}


def _keep(data: Path, values: Mapping[str, object]) -> None:
    """Whole or not at all, and for its owner alone from its first byte on."""
    draft = data / f".{KEPT}.draft"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f'{name} = "{value}"\n' for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    draft.rename(data / KEPT)


def _put_in_force(pack: str) -> None:
    try:
        packs.choose(pack)
    except packs.BadPack as why:
        raise BadSetting("HAILONG_PACK", f"no such pack: {why.section}") from why
