"""Settings: what wins, what is refused, what is kept."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web.settings import (
    DEFAULT_SECRET,
    BadSetting,
    Settings,
    unsafe_for_production,
    variables,
)

SAFE = {
    "HAILONG_DATABASE_URL": "postgres://app@db.example/hailong",
    "HAILONG_BASE_URL": "https://hailong.example",
    "HAILONG_SECRET_KEY": "s" * 40,
    "HAILONG_PEPPER": "p" * 40,
}


def read(environ: dict[str, str], tmp_path: Path, **given: object) -> Settings:
    return Settings.read(
        {"HAILONG_DATA": str(tmp_path), **environ}, env_file=tmp_path / ".env", **given
    )


def test_without_any_setting_the_defaults_are_those_of_the_contract(tmp_path):
    found = Settings.read({}, env_file=tmp_path / ".env")
    assert found.data == Path("var")
    assert found.timezone == "Asia/Ho_Chi_Minh"
    assert found.languages == ("vi", "en")
    assert found.database_url is found.redis_url is found.base_url is None


def test_the_plain_names_of_hosting_platforms_are_accepted_and_ours_win(tmp_path):
    plain = {"DATABASE_URL": "postgres://a/b", "REDIS_URL": "redis://c"}
    assert read(plain, tmp_path).database_url == "postgres://a/b"
    assert read(plain, tmp_path).redis_url == "redis://c"
    ours = {**plain, "HAILONG_DATABASE_URL": "postgres://x/y"}
    assert read(ours, tmp_path).database_url == "postgres://x/y"


def test_an_empty_string_is_unset(tmp_path):
    found = read({"HAILONG_DATABASE_URL": "", "HAILONG_TIMEZONE": " "}, tmp_path)
    assert found.database_url is None
    assert found.timezone == "Asia/Ho_Chi_Minh"
    assert read(
        {"HAILONG_DATABASE_URL": "", "DATABASE_URL": "postgres://a/b"}, tmp_path
    ).database_url


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path):
    (tmp_path / ".env").write_text("HAILONG_TIMEZONE=UTC\nHAILONG_LANGUAGES=vi\n", "utf-8")
    found = read({"HAILONG_LANGUAGES": "en"}, tmp_path)
    assert (found.timezone, found.languages) == ("UTC", ("en",))
    assert read({}, tmp_path, timezone="Asia/Tokyo").timezone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HAILONG_DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("HAILONG_DATABASE_URL", "postgres://u:hunter2@db:port/x"),
        ("HAILONG_REDIS_URL", "localhost"),
        ("HAILONG_BASE_URL", "https://example.org/path"),
        ("HAILONG_BASE_URL", "javascript:alert(1)"),
        ("HAILONG_TIMEZONE", "Mars/Olympus"),
        ("HAILONG_TIMEZONE", "../../etc/passwd"),
        ("HAILONG_LANGUAGES", "vi,../x"),
        ("HAILONG_LANGUAGES", ","),
        ("HAILONG_DEMO", "perhaps"),
        ("HAILONG_SMTP_URL", "http://mail"),
        ("HAILONG_SMS_WEBHOOK", "file:///etc/passwd"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable_and_never_quoted(
    variable, value, tmp_path
):
    with pytest.raises(BadSetting) as refusal:
        read({variable: value}, tmp_path)
    assert str(refusal.value).startswith(f"{variable}: ")
    assert "hunter2" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_passwords_are_not_in_the_representation(tmp_path):
    shown = repr(read({**SAFE, "HAILONG_REDIS_URL": "redis://:hunter2@x"}, tmp_path))
    assert not any(secret in shown for secret in ("s" * 40, "p" * 40, "hunter2", "db.example"))


def test_a_complete_installation_is_safe(tmp_path):
    assert unsafe_for_production(read(SAFE, tmp_path)) == []


@pytest.mark.parametrize("variable", SAFE)
def test_each_missing_necessity_is_named(variable, tmp_path):
    rest = {name: value for name, value in SAFE.items() if name != variable}
    (sentence,) = unsafe_for_production(read(rest, tmp_path))
    assert variable in sentence


def test_short_equal_or_demo_secrets_are_unsafe(tmp_path):
    assert unsafe_for_production(read({**SAFE, "HAILONG_PEPPER": "short"}, tmp_path))
    assert unsafe_for_production(read({**SAFE, "HAILONG_PEPPER": "s" * 40}, tmp_path))
    assert unsafe_for_production(read({**SAFE, "HAILONG_DEMO": "1"}, tmp_path))


def test_secrets_are_made_once_for_a_folder_and_only_its_owner_reads_them(tmp_path):
    first = read({}, tmp_path).with_secrets()
    assert DEFAULT_SECRET not in {first.secret_key, first.pepper}
    assert first.secret_key != first.pepper
    assert read({}, tmp_path).with_secrets() == first == read({}, tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600


def test_a_configured_secret_is_used_and_not_written_down(tmp_path):
    found = read({"HAILONG_PEPPER": "p" * 40}, tmp_path).with_secrets()
    assert found.pepper == "p" * 40
    assert "p" * 40 not in (tmp_path / "secrets.toml").read_text("utf-8")


def test_unreadable_kept_secrets_are_an_error_and_never_replaced(tmp_path):
    (tmp_path / "secrets.toml").write_text("pepper = ", "utf-8")
    with pytest.raises(BadSetting):
        read({}, tmp_path)
    assert (tmp_path / "secrets.toml").read_text("utf-8") == "pepper = "


@settings(max_examples=50, deadline=None)
@given(
    secret=st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), min_size=1),
    languages=st.lists(st.sampled_from(["vi", "en", "km", "lo"]), min_size=1, unique=True),
    demo=st.booleans(),
)
def test_a_child_reads_from_its_environment_what_its_parent_had(secret, languages, demo):
    parent = Settings(pepper=secret, languages=tuple(languages), demo=demo, data=Path("/data"))
    assert Settings.read(parent.as_environment(), env_file=Path("/none")) == parent


def test_every_setting_has_a_variable_of_ours():
    assert {variables(name)[0] for name in Settings.model_fields} >= set(SAFE)
