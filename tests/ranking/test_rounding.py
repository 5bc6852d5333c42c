from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import rounding


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (0.8994, "89.9"),
        (0.89949, "89.9"),
        (0.8995, "90.0"),
        (0.0025, "0.3"),  # round(0.25, 1) is 0.2
        (0.0005, "0.1"),
        (0.00049999, "0.0"),
        (0.9, "90.0"),
        (0.0, "0.0"),
        (1.0, "100.0"),
        (0.99949999999, "100.0"),  # nine decimals first: 0.9995
        (0.9994999994, "99.9"),
        (-0.0005, "-0.1"),
        (-0.0004, "0.0"),
        (Fraction(1, 3), "33.3"),
        (Fraction(1999, 2000), "100.0"),
        (Fraction(-1, 2000), "-0.1"),
        (Decimal("0.8995"), "90.0"),
    ],
)
def test_a_share_prints_half_up_to_a_tenth_of_a_point(share, printed):
    assert str(rounding.points(share)) == printed


def test_what_binary_fractions_leave_behind_does_not_decide_a_digit():
    assert rounding.points(0.1 + 0.2 - 0.0005) == Decimal("30.0")
    assert rounding.points(0.89949999999999997) == rounding.points(0.8995) == Decimal("90.0")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2 / 3, 0.666666667),
        (Fraction(2, 3), 0.666666667),
        (5e-10, 1e-9),
        (4e-10, 0.0),
        (1e25, 1e25),
    ],
)
def test_open_data_carry_nine_decimals(value, expected):
    assert rounding.share9(value) == expected


def test_zero_has_no_sign():
    assert str(rounding.share9(-1e-12)) == "0.0"
    assert str(rounding.points(-1e-12)) == "0.0"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), Decimal("NaN")])
@pytest.mark.parametrize("function", [rounding.points, rounding.share9])
def test_what_is_not_a_number_is_refused(function, value):
    with pytest.raises(errors.NotANumber):
        function(value)


@given(st.fractions(-1, 1))
def test_a_fraction_and_its_float_print_alike_unless_on_the_edge(share):
    assert abs(rounding.points(share) - rounding.points(float(share))) <= Decimal("0.1")
    assert abs(rounding.share9(share) - rounding.share9(float(share))) < 1.1e-9


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_rounding_keeps_order_and_is_mirrored(a, b):
    low, high = sorted((a, b))
    assert rounding.points(low) <= rounding.points(high)
    assert rounding.points(-a) == -rounding.points(a)


@given(
    st.one_of(
        st.fractions(-(10**8), 10**8, max_denominator=10**10),
        st.floats(-1e17, 1e17),
        st.decimals(-(10**8), 10**8, allow_nan=False, places=12),
    )
)
def test_an_edition_keeps_what_leaves_as_open_data_with_all_nine_decimals(value):
    assert str(rounding.nine(value)) == str(Decimal(f"{rounding.share9(value):.9f}"))
