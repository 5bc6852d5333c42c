"""Who can sign in to a demo. The passwords are known to everybody: only a demo folder takes them.

`hailong demo` makes these accounts in its own folder, which it never shares with real data, and
`hailong serve` refuses to run as a demo.
"""

from dataclasses import dataclass

from feedback.models import AccountRow, Role
from feedback.staff import accounts
from sla.acts import Act

PASSWORD = "hai-long-demo"  # noqa: S105 -- known to everybody, on purpose
WARD = "26740"
NEWCOMER = "DEMO-MOI"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of an invented person."""

    name: str
    role: Role
    display_name: str
    agency: str | None = None


ACCOUNTS = (
    DemoAccount("canbo", Role.OFFICER, "Nguyễn Thị Lan (giả định)", WARD),
    DemoAccount("canbo2", Role.OFFICER, "Trần Văn Minh (giả định)", WARD),
    DemoAccount("lanhdao", Role.HEAD, "Lê Quốc Hùng (giả định)", WARD),
    DemoAccount("dieuphoi", Role.COORDINATOR, "Phạm Thu Hà (giả định)"),
    DemoAccount("congbo", Role.PUBLISHER, "Võ Minh Châu (giả định)"),
    DemoAccount("kiemtra", Role.AUDITOR, "Đặng Hoài Nam (giả định)"),
    DemoAccount("quantri", Role.ADMINISTRATOR, "Bùi Thanh Tâm (giả định)"),
    DemoAccount("thanhtra", Role.INSPECTOR, "Hồ Ngọc Diệp (giả định)"),
)
OFFICER, PUBLISHER = "canbo", "congbo"


async def add_all(act: Act) -> dict[str, AccountRow]:
    """The accounts in the database, by name."""
    return {
        one.name: await accounts.add(
            one.name,
            act,
            password=PASSWORD,
            role=one.role,
            display_name=one.display_name,
            agency=one.agency,
        )
        for one in ACCOUNTS
    }
