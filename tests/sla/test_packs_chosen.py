"""Which pack is in force: one that comes along, or another government's own file."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sla import packs
from web.settings import BadSetting, Settings


@pytest.fixture(autouse=True)
def _back_to_ours() -> Iterator[None]:
    yield
    packs.choose("vn")


def _pack(tmp_path: Path, text: str) -> str:
    path = tmp_path / "elsewhere.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_pack_of_vietnam_knows_its_codes() -> None:
    fits = packs.pack().fits_dossier_code
    assert fits("H15.50.05.13-261008-0975")
    assert fits("H29.26740-261008-0000975")
    assert not fits("H29.26740-261308-0975")  # there is no thirteenth month
    assert not fits("H29.26740-261008-975")
    assert not fits("26740/2026/975")


def test_another_government_brings_its_own_rules(tmp_path: Path) -> None:
    path = _pack(
        tmp_path,
        '[dossiers]\ncode = "{yymmdd}/{sequence}"\n'
        '[[pauses]]\nkind = "dossier"\neffective_on = 2020-01-01\nlegal_act = "Act 1"\nmost = 1\n',
    )
    Settings.read({"HAILONG_PACK": path}, env_file=tmp_path / "none", data=tmp_path)
    assert packs.pack().code == "elsewhere"
    assert packs.pack().fits_dossier_code("261008/0975")
    rule = packs.pack().pause_rule("dossier", on=date(2026, 10, 5))
    assert rule is not None
    assert rule.most == 1


def test_a_pack_without_a_grammar_takes_any_code(tmp_path: Path) -> None:
    assert packs.choose(_pack(tmp_path, "")).fits_dossier_code("D-1")


@pytest.mark.parametrize(
    "text", ['[dossiers]\ncode = "{place}"\n', "dossiers = 3\n", "[dossiers\n"]
)
def test_a_pack_that_cannot_be_read_is_a_bad_setting(tmp_path: Path, text: str) -> None:
    path = _pack(tmp_path, text)
    with pytest.raises(BadSetting, match="HAILONG_PACK"):
        Settings.read({"HAILONG_PACK": path}, env_file=tmp_path / "none", data=tmp_path)
