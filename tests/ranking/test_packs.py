"""Score sheets are data: read exactly, dated, and refused with every fault and its place."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ranking import errors
from ranking.method import measures, packs
from ranking.method.pack_fields import Fault

PACKS = {pack.code: pack for pack in packs.bundled()}

SMALL = """
code = "small"
name = { vi = "Nhỏ", en = "Small" }
effective_from = 2026-01-01
effective_to = 2027-01-01
maximum = 10
subtotal = ["a"]
[act]
number = "1/QĐ"
issued_on = 2025-12-01
name = { vi = "Quyết định", en = "Decision" }
[[groups]]
code = "a"
name = { vi = "A", en = "A" }
maximum = 10
items = [{ code = "a.1", maximum = 10, target = 0.9, name = { vi = "A1", en = "A1" } }]
[[grades]]
code = "good"
name = { vi = "Tốt", en = "Good" }
at_least = 5
[[grades]]
code = "weak"
name = { vi = "Yếu", en = "Weak" }
at_least = 0
"""


def faults(text: str) -> set[tuple[str, str]]:
    with pytest.raises(packs.InvalidPack) as refused:
        packs.parse(text, source="small.toml")
    assert refused.value.source == "small.toml"
    return {(fault.where, fault.kind) for fault in refused.value.faults}


def test_decision_766_has_five_legal_groups():
    pack = PACKS["vn-766"]
    assert [(group.code, group.maximum) for group in pack.groups] == [
        ("CKMB", 18),
        ("TDGQ", 20),
        ("DVTT", 22),
        ("MDSH", 22),
        ("MDHL", 18),
    ]
    items = {item.code: item for group in pack.groups for item in group.items}
    assert items["5.4"].target == Fraction(9, 10)
    assert items["5.1"].maximum == 0
    assert not items["3.5"].is_verified
    assert pack.act.number == "766/QĐ-TTg"
    assert pack.subtotal == ("TDGQ", "MDHL")


def test_decree_61_has_nine_criteria_of_up_to_two_points():
    pack = PACKS["vn-61"]
    assert pack.maximum == 18
    assert [[level.points for level in group.levels] for group in pack.groups] == [[2, 1, 0]] * 9
    assert [group.code for group in pack.groups if group.asks_residents] == ["3", "4", "7"]


@pytest.mark.parametrize(
    ("code", "total", "grade"),
    [
        ("vn-61", "18", "Xuất sắc"),
        ("vn-61", "15", "Xuất sắc"),
        ("vn-61", "14.9", "Tốt"),
        ("vn-61", "12", "Tốt"),
        ("vn-61", "9", "Khá"),
        ("vn-61", "6", "Trung bình"),
        ("vn-61", "5.9", "Yếu"),
        ("vn-61", "0", "Yếu"),
        ("vn-766", "90.71", "Xuất sắc"),
        ("vn-766", "90", "Xuất sắc"),
        ("vn-766", "89.99", "Tốt"),
        ("vn-766", "57.92", "Trung bình"),
        ("vn-766", "49.99", "Yếu"),
    ],
)
def test_a_total_on_the_bound_is_in_the_upper_band(code, total, grade):
    assert PACKS[code].grade(Fraction(total)).name.vi == grade


@pytest.mark.parametrize("total", ["-0.1", "18.1"])
def test_no_band_outside_the_range(total):
    with pytest.raises(errors.NotANumber):
        PACKS["vn-61"].grade(Fraction(total))


@pytest.mark.parametrize(
    ("on", "binds"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_a_pack_binds_from_its_first_day_to_before_its_end(on, binds):
    pack = packs.parse(SMALL, source="small.toml")
    assert pack.is_in_force(date.fromisoformat(on)) == binds


def test_a_later_version_binds_from_its_own_day():
    old = packs.parse(SMALL.replace("effective_to = 2027-01-01\n", ""), source="old.toml")
    new = packs.parse(SMALL.replace("2026-01-01", "2026-07-01"), source="new.toml")
    assert packs.in_force([new, old], "small", on=date(2026, 6, 30)) is old
    assert packs.in_force([old, new], "small", on=date(2026, 7, 1)) is new


def test_a_missing_version_is_an_error_not_another_one():
    with pytest.raises(packs.NoPackInForce) as refused:
        packs.in_force(packs.bundled(), "vn-766", on=date(2022, 7, 31))
    assert refused.value.on == date(2022, 7, 31)


def test_another_government_adds_its_file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert packs.load(path).groups[0].items[0].target == Fraction(9, 10)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "small.toml"
    path.write_bytes(SMALL.encode("utf-16"))
    with pytest.raises(packs.InvalidPack) as refused:
        packs.load(path)
    assert refused.value.faults == (Fault("", "not_utf8", 0),)


@pytest.mark.parametrize("text", ["code = ", "code = 'a'\ncode = 'b'", "maximum = " + "1" * 5000])
def test_what_is_not_toml_is_refused(text):
    assert faults(text) == {("", "not_toml")}


@pytest.mark.parametrize(
    ("old", "new", "where", "kind"),
    [
        ('code = "small"', "", "code", "missing"),
        ('code = "small"', 'code = " "', "code", "not_text"),
        ('code = "small"', "code = 7", "code", "not_text"),
        ('name = { vi = "Nhỏ", en = "Small" }', "name = 'x'", "name", "not_table"),
        ('vi = "Nhỏ", ', "", "name.vi", "missing"),
        ("effective_from = 2026-01-01", "effective_from = 2026", "effective_from", "not_date"),
        ("= 2026-01-01", "= 2026-01-01T00:00:00Z", "effective_from", "not_date"),
        ("2027-01-01", "2026-01-01", "effective_to", "not_after_start"),
        ("2025-12-01", "'x'", "act.issued_on", "not_date"),
        ('subtotal = ["a"]', 'subtotal = ["b"]', "subtotal", "unknown_group"),
        ('subtotal = ["a"]', 'subtotal = "a"', "subtotal", "not_list"),
        ('subtotal = ["a"]', "subtotal = [1]", "subtotal", "not_list"),
        ('subtotal = ["a"]', "stray = 1", "stray", "unknown"),
        ("maximum = 10\nsubtotal", "maximum = 11\nsubtotal", "groups", "sum_differs"),
        ("maximum = 10\nsubtotal", "maximum = 0\nsubtotal", "maximum", "out_of_range"),
        ("maximum = 10\nsubtotal", "maximum = true\nsubtotal", "maximum", "not_number"),
        ("maximum = 10\nsubtotal", "maximum = nan\nsubtotal", "maximum", "out_of_range"),
        ("maximum = 10\nsubtotal", "maximum = 1e999999\nsubtotal", "maximum", "out_of_range"),
        ('"a.1", maximum = 10', '"a.1", maximum = 9.5', "groups[0].items", "sum_differs"),
        (
            '"a.1", maximum = 10',
            '"a.1", maximum = -1',
            "groups[0].items[0].maximum",
            "out_of_range",
        ),
        ("target = 0.9", "target = 0", "groups[0].items[0].target", "out_of_range"),
        ("target = 0.9", "target = 1.1", "groups[0].items[0].target", "out_of_range"),
        ("target = 0.9", "targt = 0.9", "groups[0].items[0].targt", "unknown"),
        ("target = 0.9", "verified = 'no'", "groups[0].items[0].verified", "not_yes_or_no"),
        ("items = [", "items = 3 #", "groups[0].items", "not_list"),
        ("items = [", "items = [3] #", "groups[0].items", "not_list"),
        ("items = [", "asks_residents = 1\nitems = [", "groups[0].asks_residents", "not_yes_or_no"),
        (
            "items = [",
            'levels = [{ points = 11, when = { vi = "x", en = "x" } }]\nitems = [',
            "groups[0].levels",
            "above_maximum",
        ),
        (
            "items = [",
            'levels = [{ points = 1, when = { vi = "x", en = "x" } }]\nitems = [',
            "groups[0].levels",
            "beside_items",
        ),
        ("items = [", 'measure = "contacts"\nitems = [', "groups[0].measure", "beside_items"),
        ("items = [", "# [", "groups[0].items", "missing"),
        ('subtotal = ["a"]', 'subtotal = ["a", "a"]', "subtotal", "doubled"),
        ('code = "weak"', 'code = "good"', "grades", "doubled"),
        ("at_least = 5", "at_least = 0", "grades", "not_descending"),
        ("at_least = 0", "at_least = 7", "grades", "not_descending"),
        ("at_least = 0", "at_least = 1", "grades", "not_covering"),
        ("at_least = 5", "at_least = 11", "grades", "not_covering"),
    ],
)
def test_a_fault_is_named_with_its_place(old, new, where, kind):
    assert SMALL.count(old) >= 1
    assert (where, kind) in faults(SMALL.replace(old, new, 1))


def test_all_faults_are_named_at_once():
    broken = SMALL.replace("target = 0.9", "target = 2").replace('"1/QĐ"', "1")
    assert faults(broken) == {
        ("groups[0].items[0].target", "out_of_range"),
        ("act.number", "not_text"),
    }


def test_an_empty_file_names_everything_that_is_missing():
    assert faults("") == {
        (where, "missing")
        for where in ("code", "name", "act", "effective_from", "maximum", "groups", "grades")
    }


def test_a_code_is_used_once():
    twice = SMALL.replace("maximum = 10\nsubtotal", "maximum = 20\nsubtotal")
    group = SMALL[SMALL.index("[[groups]]") : SMALL.index("[[grades]]")]
    assert faults(twice + group) == {("groups", "doubled")}


def test_a_folder_of_packs_that_is_not_there_is_a_fault_and_not_an_empty_one(tmp_path):
    with pytest.raises(packs.InvalidPack) as refused:
        packs.available(tmp_path / "packs")
    assert refused.value.faults == (Fault("", "no_folder", str(tmp_path / "packs")),)
    (tmp_path / "small.toml").write_text(SMALL)
    assert "small" in {pack.code for pack in packs.available(tmp_path)}


def test_two_files_of_one_code_and_day_are_a_fault_and_not_the_later_name(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SMALL)
    with pytest.raises(packs.InvalidPack) as refused:
        packs.available(tmp_path)
    assert refused.value.source == "b.toml"
    assert refused.value.faults == (Fault("effective_from", "same_day", "a.toml"),)


GUIDE = Path(packs.__file__).parents[1] / "packs" / "README.md"


def test_the_example_for_other_governments_is_a_pack_as_it_stands():
    text = GUIDE.read_text("utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert packs.parse(example, source="README.md").maximum == 50
    listed = {
        line.split("`")[1]: line.split("|")[2].strip()
        for line in text.splitlines()
        if line.startswith("| `")
    }
    assert listed == dict(measures.NAMES)


def test_where_another_law_is_in_force_only_its_own_sheets_are_used(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL)
    assert [pack.code for pack in packs.available(tmp_path, law="wellington")] == ["small"]
    assert {pack.code for pack in packs.available(law="vn")} == {"vn-61", "vn-766"}
