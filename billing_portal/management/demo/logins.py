"""Who can sign in to the demonstration. Nobody else should ever have this password."""

from dataclasses import dataclass

PASSWORD = "demo-only-meisai"  # noqa: S105 - printed on purpose; the demo holds made-up data only


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """`account` is the key of the customer, or empty for the seller's staff."""

    email: str
    name: str
    language: str
    account: str
    who: str
    password: str = PASSWORD

    @property
    def is_staff(self) -> bool:
        return not self.account


def demo_logins() -> tuple[DemoLogin, ...]:
    """Return all people of the demonstration, the seller's operator first."""
    return (
        DemoLogin("operator@example.com", "Demo Operator", "en", "", "seller's staff"),
        DemoLogin(
            "keiri@reiji.example.com", "例示 経理", "ja", "REIJI", "aggregator with two tenants"
        ),
        DemoLogin(
            "kanri@mihon.example.com", "見本 管理", "ja", "REIJI-EAST", "tenant of REIJI, no money"
        ),
        DemoLogin("nouen@sample.example.com", "見本 農園", "ja", "SAMPLEFARM", "Japan only"),
        DemoLogin(
            "accounts@fleet.example.com", "Sample Clerk", "en", "EXFLEET", "Global only, abroad"
        ),
        DemoLogin(
            "seikyu@kakuu.example.com", "架空 請求", "ja", "KAKUU", "both coverages, 300 SIMs"
        ),
        DemoLogin("kobo@hinagata.example.com", "雛形 工房", "ja", "HINAGATA", "one SIM"),
    )
