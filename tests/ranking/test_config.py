import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import config as configs
from ranking.method.config import Config


def test_the_defaults_are_those_of_the_published_method():
    assert json.loads(Config().to_json()) == {
        "method_version": "1",
        "confidence": 0.95,
        "target": 0.9,
        "false_discovery_rate": 0.05,
        "ranked_floor": 100,
        "listed_floor": 30,
        "pooled_floor": 5,
        "response_floor": 0.1,
        "response_flag": 0.2,
        "window": "quarter",
        "rolling_windows": 4,
        "place_share": 0.5,
        "place_group": 2,
        "cutoff_days": 15,
        "rounding": "half up to 9 decimals, then half up to 0.1 point",
    }


def test_the_json_is_canonical():
    text = Config().to_json()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))


def test_the_digest_names_the_parameters():
    # whoever changes a default or the form of the JSON changes what was committed to in public
    assert Config().digest() == "575fe2d6fe28a425bebc47277c2e9d4f7fd71a1f67ad80cf8f7c736c721ad16f"
    assert Config(target=0.85).digest() != Config().digest()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confidence", 1.0),
        ("confidence", 0.4),
        ("confidence", float("nan")),
        ("confidence", 1),
        ("target", 0.0),
        ("target", 1.0),
        ("false_discovery_rate", 0.0),
        ("ranked_floor", -1),
        ("ranked_floor", True),
        ("ranked_floor", 100.0),
        ("ranked_floor", 29),  # under the listed floor
        ("listed_floor", 4),  # under the pooled floor
        ("response_floor", 1.1),
        ("window", "week"),
        ("rolling_windows", 0),
        ("place_share", -0.1),
        ("cutoff_days", 366),
        ("rounding", "half to even"),
        ("method_version", ""),
    ],
)
def test_a_parameter_out_of_range_is_refused(field, value):
    with pytest.raises(errors.InvalidConfig):
        Config(**{field: value})


def test_a_refusal_names_the_field_and_the_value():
    with pytest.raises(errors.InvalidConfig) as refused:
        Config(target=2.0)
    assert (refused.value.field, refused.value.value) == ("target", 2.0)


@pytest.mark.parametrize("text", ["", "[]", "{", b"\xff"])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(errors.InvalidConfig):
        Config.from_json(text)


def test_a_missing_and_an_unknown_key_are_refused():
    whole = json.loads(Config().to_json())
    for changed in (
        {k: v for k, v in whole.items() if k != "target"},
        whole | {"weight": 1},
    ):
        with pytest.raises(errors.InvalidConfig):
            Config.from_json(json.dumps(changed))


def test_another_floor_takes_the_lower_floors_along():
    assert configs.with_floor(Config(), 10) == Config(
        ranked_floor=10, listed_floor=10, pooled_floor=5
    )
    assert configs.with_floor(Config(), 200) == Config(ranked_floor=200)


@given(
    st.builds(
        Config,
        confidence=st.floats(0.5, 0.9999),
        target=st.floats(0.001, 0.999),
        ranked_floor=st.integers(30, 1000),
        method_version=st.text(st.characters(codec="utf-8"), min_size=1),
    )
)
def test_json_keeps_every_parameter(config):
    again = Config.from_json(config.to_json())
    assert again == config
    assert again.digest() == config.digest()
