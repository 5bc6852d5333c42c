import csv
import io
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from web.commands import rank as command

TABLE = """id,n,x,group
A,1800,1681,ward
B,200,170,ward
C,50,49,ward
D,0,0,ward
F,12,3,ward
Sở Y tế,100,100,sở
"""


@pytest.fixture
def run(tmp_path):
    def invoke(content, *options):
        file = tmp_path / "table.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return CliRunner().invoke(command.rank, [str(file), *options])

    return invoke


def document(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def agencies(result):
    return {row["id"]: row for group in document(result)["groups"] for row in group["agencies"]}


def test_the_json_has_the_promised_form(run):
    found = document(run(TABLE, "--json"))
    assert found.keys() >= {"config", "critical_value", "bh_threshold", "groups"}
    assert found["config"]["target"] == 0.9
    assert found["critical_value"] == 1.959963985
    assert found["bh_threshold"] == pytest.approx(0.032653132)
    assert [group["group"] for group in found["groups"]] == ["sở", "ward"]
    assert [row["id"] for row in found["groups"][1]["agencies"]] == ["A", "B", "C", "D", "F"]
    assert found["groups"][1]["agencies"][1] == {
        "id": "B",
        "n": 200,
        "x": 170,
        "share": 0.85,
        "low": 0.793944207,
        "high": 0.892864064,
        "status": "ranked",
        "reason": None,
        "band": "below",
        "p_value": 0.032653132,
        "rank": 2,
        "rank_low": 2,
        "rank_high": 2,
        "place_printed": True,
    }


def test_no_answers_are_null_and_never_zero_per_cent(run):
    row = agencies(run(TABLE, "--json"))["D"]
    assert row["status"] == "no_answers"
    assert {row[name] for name in ("share", "low", "high", "band", "p_value", "rank")} == {None}


def test_where_nobody_is_ranked_the_shared_values_are_null(run):
    found = document(run("id,n,x\nA,0,0\n", "--json"))
    assert found["critical_value"] is None
    assert found["bh_threshold"] is None


def test_the_options_reach_the_method(run):
    found = run(TABLE, "--json", "--target", "0.5", "--confidence", "0.99", "--q", "0.01",
                "--min-n", "10")  # fmt: skip
    config = document(found)["config"]
    assert (config["target"], config["confidence"], config["false_discovery_rate"]) == (
        0.5, 0.99, 0.01
    )  # fmt: skip
    assert {row["status"] for row in agencies(found).values()} == {"ranked", "no_answers"}


def test_the_group_is_optional_and_other_columns_are_not_looked_at(run):
    found = document(run("name,x,n,id\nfirst,95,100,A\nsecond,90.5,100.25,B\n", "--json"))
    (group,) = found["groups"]
    assert group["group"] == ""
    assert [(row["id"], row["n"]) for row in group["agencies"]] == [("A", 100), ("B", 100.25)]


def test_a_byte_order_mark_windows_lines_blank_lines_and_spaces_are_no_fault(run):
    content = "\ufeffid , n,x\r\n\r\n A ,100, 95\r\n,,\r\n".encode()
    assert agencies(run(content, "--json"))["A"]["x"] == 95


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_two_hundred_columns_are_a_table_like_any_other(run, ends):
    more = [f"c{i}" for i in range(197)]
    lines = [["id", "n", "x", *more], ["A", "100", "95", *"1" * 197]]
    found = agencies(run(ends.join(",".join(line) for line in lines) + ends, "--json"))
    assert (found["A"]["n"], found["A"]["x"]) == (100, 95)


@pytest.mark.parametrize(
    ("table", "places", "bands"),
    [
        ("A,500,450\n", {"A": (1, 1, 1, False)}, {"undetermined"}),
        ("A,200,180\nB,200,180\nC,200,180\n", dict.fromkeys("ABC", (1, 1, 3, False)),
         {"undetermined"}),
        ("A,100,100\nB,200,200\nC,900,900\n", dict.fromkeys("ABC", (1, 1, 3, False)),
         {"above"}),
        ("A,100,0\nB,200,0\nC,900,0\n", dict.fromkeys("ABC", (1, 1, 3, False)), {"below"}),
        ("A,0,0\nB,0,0\n", dict.fromkeys("AB", (None, None, None, False)), {None}),
        ("A,5,5\nB,50,50\n", dict.fromkeys("AB", (None, None, None, False)), {None}),
    ],
)  # fmt: skip
def test_tables_without_a_difference_have_no_place_to_print(run, table, places, bands):
    """One agency, all equal, all 100 %, all 0 %, no answers, too few."""
    found = agencies(run("id,n,x\n" + table, "--json"))
    fields = ("rank", "rank_low", "rank_high", "place_printed")
    assert {name: tuple(row[of] for of in fields) for name, row in found.items()} == places
    assert {row["band"] for row in found.values()} == bands


def test_an_empty_group_is_a_group_of_its_own(run):
    found = document(run("id,n,x,group\nA,100,95,\nB,100,90,w\n", "--json"))
    assert [(of["group"], of["ranked"]) for of in found["groups"]] == [("", 1), ("w", 1)]


def test_two_spellings_of_one_group_are_one_group(run):
    text = "id,n,x,group\nA,100,95,S\u1edf\nB,100,95,So\u031b\u0309\n"
    assert len(document(run(text, "--json"))["groups"]) == 1


def test_the_table_for_people_prints_places_statuses_and_what_they_mean(run):
    shown = run(TABLE).stdout
    assert "ward: ranked 2 of 5; 3 not ranked" in shown
    assert "1 (1–1)  A       93.4 %     92.1–94.4  1,800      above" in shown
    assert "not ranked: too few answers" in shown
    assert "not ranked: no answers" in shown
    assert "hold all together with 95.0 %" in shown


def test_an_undetermined_band_is_said_in_words(run):
    assert "we cannot tell" in run("id,n,x\nA,100,90\n").stdout


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "line 1: the file is empty"),
        ("\n \n", "line 1: the file is empty"),
        ("id,n,x\n", "line 2: no agency follows the heading"),
        ("id,n\nA,1\n", "line 1, column x: missing; the heading is 'id,n'"),
        ("id;n;x\nA;1;1\n", "line 1: cells stand between semicolons, not commas"),
        ("id;n;x\nA;100;95,5\n", "line 1: cells stand between semicolons, not commas"),
        ("id\tn\tx\nA\t1\t1\n", "line 1: cells stand between tabs, not commas"),
        ('id,n,x\nA,100,"95,5"\n', "column x: '95,5' is not a number: a point parts the decimals"),
        (
            'id,n,x\nA,"1,234,567.5",1\n',
            "'1,234,567.5' is not a number: a point parts the decimals, nothing the thousands",
        ),
        ("id,n,x\nA,100,95,5\n", "line 2, column 4: more cells than headings"),
        ("ID,N,X\nA,100,95\n", "line 1, column id: missing; the heading is 'ID,N,X'"),
        ("A,100,95\n", "line 1, column id: missing; the heading is 'A,100,95'"),
        ("id,n,x\nA,100,-inf\n", "line 2, column x: '-inf' is not a number"),
        ("id,n,x\nA,1e308,1\n", "line 2, column n: '1e308' is too large"),
        ("id,n,x,group\nA,9,1,a\nA,9,1,b\n", "line 3, column id: 'A' stands already in line 2"),
        ("id,n,x\nA\u202eB,100,1\n", "line 2, column id: has a control character"),
        ("id,n,x,n\nA,1,1,1\n", "line 1, column n: stands there twice"),
        ("id,n,x\nA,nan,1\n", "line 2, column n: 'nan' is not a number"),
        ("id,n,x\nA,100,NaN\n", "line 2, column x: 'NaN' is not a number"),
        ("id,n,x\nA,inf,1\n", "line 2, column n: 'inf' is not a number"),
        ("id,n,x\nA,1e999,1\n", "line 2, column n: '1e999' is too large"),
        ("id,n,x\nA,-5,0\n", "line 2, column n: '-5' is negative"),
        ("id,n,x\nA,5,-1\n", "line 2, column x: '-1' is negative"),
        ("id,n,x\nA,100,101\n", "line 2, column x: '101' is more than n, '100'"),
        (
            "id,n,x\nA,100,100.00000000000000001\n",
            "line 2, column x: '100.00000000000000001' is more than n, '100'",
        ),
        ("id,n,x\nA,,1\n", "line 2, column n: '' is not a number"),
        ("id,n,x\nA,1_000,1\n", "line 2, column n: '1_000' is not a number"),
        ("id,n,x\nA,１００,1\n", "line 2, column n: '１００' is not a number"),
        ("id,n,x\nA,0x10,1\n", "line 2, column n: '0x10' is not a number"),
        ("id,n,x\n,100,1\n", "line 2, column id: empty"),
        ("id,n,x\nA\x1b[2J,100,1\n", "line 2, column id: has a control character"),
        ("id,n,x\nA\x00,100,1\n", "line 2, column id: has a control character"),
        ("id,n,x,group\nA,100,1,w\x07\n", "line 2, column group: has a control character"),
        ("id,n,x\nA,1,1\n\nB,2,1\nA,3,1\n", "line 5, column id: 'A' stands already in line 2"),
        ("id,n,x\nA,1\n", "line 2, column x: missing"),
        ("id,n,x\nA,1,1,1\n", "line 2, column 4: more cells than headings"),
        ('id,n,x\n"A\nB",1,1\nC,1,2\n', "line 2, column id: has a control character"),
        ('id,n,x,note\nA,1,1,"two\nlines"\nC,1,2,\n', "line 4, column x: '2' is more than n, '1'"),
        ('id,n,x\nA,1,"1\n', "line 2: unexpected end of data"),
        ("id,n,x\nA," + "9" * 200_000 + ",1\n", "line 2: field larger than field limit (131072)"),
        ("id,n,x\nA," + "9" * 99 + ",1\n", f"line 2, column n: '{'9' * 40}…' is too large"),
        ("id,n,x\nĐà Nẵng,1,1\n".encode("utf-16"), "line 1: not UTF-8"),
        (b"id,n,x\nA,1,1\n\xd0,1,1\n", "line 3: not UTF-8"),
    ],
)
def test_a_mistake_is_one_line_that_names_its_place(run, content, complaint):
    for options in ((), ("--json",)):
        result = run(content, *options)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert complaint in result.stderr
        assert result.stderr.count("\n") == 1
        assert "table.csv" in result.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--target", "1"), ("--target", "nan"), ("--confidence", "95"), ("--q", "0"),
     ("--min-n", "-1")],
)  # fmt: skip
def test_an_option_out_of_range_is_one_line_that_names_it(run, option, value):
    result = run(TABLE, option, value)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {option}: ")
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_or_a_folder_is_one_line(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        result = CliRunner().invoke(command.rank, [str(path)])
        assert result.exit_code == 2
        assert str(path) in result.stderr
        assert result.stderr.count("\n") == 1


def test_the_command_works_without_scipy(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(TABLE)
    script = (
        "import sys; from web.commands.rank import rank;"
        "rank([sys.argv[1], '--json'], standalone_mode=False);"
        "assert 'scipy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script, file], check=True, capture_output=True)
    assert json.loads(done.stdout)["critical_value"] == 1.959963985


numbers = st.floats(0, 1e9).map(repr)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=8))
def test_whatever_numbers_stand_in_the_file_there_is_an_answer_or_one_line(tmp_path, pairs):
    out = io.StringIO()
    csv.writer(out).writerows([("id", "n", "x"), *((i, n, x) for i, (n, x) in enumerate(pairs))])
    file = tmp_path / "table.csv"
    file.write_text(out.getvalue())
    result = CliRunner().invoke(command.rank, [str(file), "--json"])
    if all(float(x) <= float(n) for n, x in pairs):
        assert len(agencies(result)) == len(pairs)
    else:
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer_or_one_line(tmp_path, content):
    file = tmp_path / "table.csv"
    file.write_bytes(b"id,n,x\n" + content)
    result = CliRunner().invoke(command.rank, [str(file)])
    assert result.exit_code in {0, 2}
    assert result.stderr.count("\n") == (result.exit_code == 2)
