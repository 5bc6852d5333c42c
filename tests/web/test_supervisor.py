"""The supervisor: children that die, that will not start, that will not stop."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from web.running import processes, supervisor

ROOT = Path(__file__).resolve().parents[2]

# A tree of small shell children; each writes its number and a line per event into the folder.
# A number is written aside and moved into place, so that nobody reads an emptied file.
TREE = """
    import os, sys
    from pathlib import Path
    from web.running import supervisor
    here = Path(sys.argv[1])
    def number(name, of):
        return f"echo {of} > {here}/{name}.new; mv {here}/{name}.new {here}/{name}.pid"
    def child(name, script, **more):
        said = f"echo {name} >> {here}/order; {number(name, '$$')}; {script}"
        argv = ["sh", "-c", said]
        return supervisor.command(name, argv, os.environ, **more)
    def forever(name):
        stop = f"trap 'echo {name} >> {here}/stopped; exit 0' TERM; "
        return child(name, stop + "while :; do sleep 0.05; done")
    TREE
    def ready():
        print("ready", flush=True)
    try:
        supervisor.run(children, on_ready=ready)
    except supervisor.ChildFailed as failure:
        print(failure, flush=True)
        sys.exit(1)
"""


@pytest.fixture
def started(tmp_path):
    """Start a tree and wait for its first line; whatever remains is killed at the end."""
    trees = []

    def start(children: str) -> tuple[subprocess.Popen[str], str]:
        program = textwrap.dedent(TREE.replace("TREE", f"children = {children}"))
        with (tmp_path / "words").open("w") as words:
            tree = subprocess.Popen(
                [sys.executable, "-c", program, str(tmp_path)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            )
        trees.append(tree)
        return tree, tree.stdout.readline().strip()

    yield start
    for tree in trees:
        tree.kill()
        tree.wait()
        tree.stdout.close()


def lines(path: Path) -> list[str]:
    return path.read_text("ascii").split() if path.exists() else []


def number(path: Path) -> int:
    assert processes.wait_until(lambda: bool(lines(path)), seconds=20)
    return int(lines(path)[0])


def alive(pid: int) -> bool:
    try:
        state = (
            Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
        )
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_children_start_in_order_and_stop_in_reverse(started, tmp_path):
    tree, line = started("[forever('one'), child('prepare', 'true', once=True), forever('two')]")
    assert line == "ready"
    two = number(tmp_path / "two.pid")
    tree.terminate()
    assert tree.wait(20) == 0
    assert lines(tmp_path / "order") == ["one", "prepare", "two"]
    assert lines(tmp_path / "stopped") == ["two", "one"]
    assert not alive(two)


def test_one_starts_only_when_all_before_it_are_ready(started, tmp_path):
    slow = "child('slow', f'sleep 0.3; touch {here}/up; sleep 60', is_ready=(here / 'up').exists)"
    _, line = started(f"[{slow}, forever('next')]")
    assert line == "ready"
    assert (tmp_path / "up").exists()
    assert lines(tmp_path / "order") == ["slow", "next"]


def test_an_early_one_starts_beside_but_counts_only_after_those_before_it(started, tmp_path):
    waits = "while ! test -e {here}/early; do sleep 0.05; done"
    slow = f"child('slow', f'{waits}; touch {{here}}/up; sleep 60', is_ready=(here / 'up').exists)"
    early = "child('early', f'touch {here}/early; sleep 60', early=True)"
    _, line = started(f"[{slow}, {early}, forever('next')]")
    assert line == "ready"
    assert (tmp_path / "up").exists()
    assert lines(tmp_path / "order")[2:] == ["next"]


def test_what_finds_nothing_to_do_is_done_and_holds_nobody_up(started, tmp_path):
    nothing = "supervisor.Child('prepare', lambda output: None, once=True)"
    tree, line = started(f"[{nothing}, forever('one')]")
    assert line == "ready"
    number(tmp_path / "one.pid")
    tree.terminate()
    assert tree.wait(20) == 0


def test_a_killed_child_comes_back_and_the_others_do_not_notice(started, tmp_path):
    _, line = started("[forever('one'), forever('two')]")
    assert line == "ready"
    one, two = number(tmp_path / "one.pid"), number(tmp_path / "two.pid")
    os.kill(one, signal.SIGKILL)
    assert processes.wait_until(lambda: number(tmp_path / "one.pid") != one, seconds=20)
    assert number(tmp_path / "two.pid") == two
    assert alive(two)


def test_what_must_run_once_is_not_run_again(started, tmp_path):
    _, line = started("[child('prepare', 'true', once=True), forever('one')]")
    assert line == "ready"
    one = number(tmp_path / "one.pid")
    os.kill(one, signal.SIGKILL)
    assert processes.wait_until(lambda: number(tmp_path / "one.pid") != one, seconds=20)
    assert lines(tmp_path / "order").count("prepare") == 1


def test_a_child_that_never_starts_ends_the_whole_by_name(started, tmp_path):
    broken = "child('broken', 'exit 3', is_ready=lambda: False)"  # however slowly it ends
    tree, line = started(f"[forever('one'), {broken}]")
    assert line.startswith("broken does not start (it ended with 3)")
    assert tree.wait(20) == 1
    assert not alive(number(tmp_path / "one.pid"))


def test_a_child_deaf_to_the_signal_is_killed_in_the_end(started, tmp_path):
    deaf = "child('deaf', \"trap '' TERM; while :; do sleep 0.05; done\", patience=0.3)"
    tree, line = started(f"[{deaf}]")
    assert line == "ready"
    pid = number(tmp_path / "deaf.pid")
    tree.terminate()
    assert tree.wait(20) == 0
    assert not alive(pid)


def test_grandchildren_of_a_killed_child_do_not_stay(started, tmp_path):
    _, line = started("[child('parent', f'sleep 300 & {number(\"grand\", \"$!\")}; wait')]")
    assert line == "ready"
    grandchild = number(tmp_path / "grand.pid")
    os.kill(number(tmp_path / "parent.pid"), signal.SIGKILL)
    assert processes.wait_until(lambda: not alive(grandchild), seconds=20)


@pytest.mark.skipif(not processes.works("setpriv", "--pdeathsig", "TERM", "true"), reason="setpriv")
def test_children_of_a_killed_supervisor_end_too(started, tmp_path):
    tree, line = started("[forever('one')]")
    assert line == "ready"
    pid = number(tmp_path / "one.pid")
    tree.kill()
    assert processes.wait_until(lambda: not alive(pid), seconds=20)


def test_the_words_of_a_child_carry_its_name(started, tmp_path):
    tree, line = started("[child('talker', 'echo xin chào; sleep 60')]")
    assert line == "ready"
    words = tmp_path / "words"
    said = "talker    | xin chào"
    assert processes.wait_until(lambda: said in words.read_text("utf-8"), seconds=20)
    tree.terminate()
    assert tree.wait(20) == 0


def test_waiting_doubles_and_has_an_end():
    child = supervisor.command("x", ["true"], {})
    waits = []
    for _ in range(12):
        supervisor._put_off(child)
        waits.append(round(child.not_before - time.monotonic(), 1))
    assert waits[:4] == [0.1, 0.2, 0.4, 0.8]
    assert waits[-1] == supervisor.LONGEST_WAIT
