"""The seller of the demonstration and its customers. All names, numbers and addresses are made up.

SIM numbers begin with 999, the country code that is set aside for private networks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.choices import BusinessModel
from usage.choices import Coverage

# No corporate number begins with 0, so this can never be somebody's.
REGISTRATION_NUMBER = "T0000000000000"
ISSUER: Mapping[str, str] = {
    "name": "見本通信株式会社",
    "name_en": "Specimen Telecom (made up)",
    "address": "〒000-0000\n東京都見本区例示町1-2-3 見本ビル4階",
    "address_en": "Specimen Bldg. 4F, 1-2-3 Reiji-cho, Mihon-ku, Tokyo 000-0000, Japan",
    "registration_number": REGISTRATION_NUMBER,
    "bank_account": "見本銀行 例示支店 普通 0000000 ミホンツウシン（カ",
    "contact": "billing@specimen.example.com",
}


@dataclass(frozen=True, slots=True)
class Profile:
    company: str
    address: str
    email: str
    department: str = ""
    contact: str = ""
    country: str = "JP"
    language: str = "ja"


@dataclass(frozen=True, slots=True)
class Customer:
    """An account; with a parent it is a tenant that the parent pays for.

    `cards` are what its cards of each coverage do, the default one first (invoices/gateways). A
    coverage without any is paid by invoice, if the account has a profile.
    """

    key: str
    team_name: str
    organization: str
    parent: str = ""
    profile: Profile | None = None
    business_model: str = BusinessModel.ACTIVE_DEVICES.value
    cards: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fleet:
    """SIMs of one account and coverage, alike in what they do.

    `variants` are speed classes (Japan) or countries (Global), `daily_kib` the usual upload and
    download of a day. The first so many SIMs send data at night and Beam requests (a day each).
    """

    account: str
    coverage: str
    plan: str
    count: int
    first: int
    variants: tuple[str, ...]
    daily_kib: tuple[int, int]
    groups: tuple[str, ...]
    places: tuple[str, ...]
    night: int = 0
    beam: int = 0
    beam_a_day: int = 0
    protocols: tuple[str, ...] = ("mqtt-mqtts",)


CUSTOMERS = (
    Customer(
        "REIJI",
        "例示テレメトリ",
        "例示テレメトリ株式会社",
        profile=Profile(
            company="例示テレメトリ株式会社",
            department="経理部",
            contact="例示 経理",
            address="〒000-0001\n東京都見本区架空町4-5-6",
            email="keiri@reiji.example.com",
        ),
    ),
    Customer("REIJI-EAST", "見本ビル管理", "見本ビル管理株式会社", parent="REIJI"),
    Customer("REIJI-WEST", "試験運輸", "試験運輸サービス合同会社", parent="REIJI"),
    Customer(
        "SAMPLEFARM",
        "サンプル農園",
        "サンプル農園株式会社",
        profile=Profile(
            company="サンプル農園株式会社",
            address="〒000-0002\n北海道例示郡見本町字サンプル7-8",
            email="nouen@sample.example.com",
        ),
        cards={Coverage.JAPAN: ("works",)},
    ),
    Customer(
        "EXFLEET",
        "Example Fleet",
        "Example Fleet Ltd.",
        profile=Profile(
            company="Example Fleet Ltd.",
            department="Accounts payable",
            contact="Sample Clerk",
            address="1 Specimen Street\nSampleton ZZ99 9ZZ\nUnited Kingdom",
            email="accounts@fleet.example.com",
            country="GB",
            language="en",
        ),
        cards={Coverage.GLOBAL: ("declined", "second")},
    ),
    Customer(
        "KAKUU",
        "架空モビリティ",
        "株式会社架空モビリティ・サンプル",
        profile=Profile(
            company="株式会社架空モビリティ・サンプル",
            department="管理本部 請求課",
            contact="架空 請求",
            address="〒000-0003\n大阪府見本市例示9-10-11 サンプルタワー12階",
            email="seikyu@kakuu.example.com",
        ),
        business_model=BusinessModel.API_CALLS.value,
    ),
    Customer("HINAGATA", "ひな形工房", "ひな形工房（見本）"),
)

JAPAN, GLOBAL = Coverage.JAPAN.value, Coverage.GLOBAL.value
FLEETS = (
    Fleet(
        "REIJI", JAPAN, "plan-D", 8, 999_910_000_001_001, ("s1.standard",), (900, 2_400),
        groups=("監視センター",), places=("東京, 本社", '大阪 "西館"'),
        beam=4, beam_a_day=600, protocols=("http-https",),
    ),
    Fleet(
        "REIJI-EAST", JAPAN, "plan-D", 15, 999_910_000_002_001, ("s1.slow",), (300, 120),
        groups=("エレベーター", "空調"), places=("見本ビル1号館", "見本ビル2号館", '別館 "B"'),
    ),
    Fleet(
        "REIJI-WEST", JAPAN, "plan-D", 12, 999_910_000_003_001, ("s1.fast",), (1_500, 5_200),
        groups=("冷蔵車", "平ボディ"), places=("名古屋, 港", "神戸, 港"),
    ),
    Fleet(
        "SAMPLEFARM", JAPAN, "plan-D", 12, 999_910_000_004_001, ("s1.minimum",), (150, 40),
        groups=("ハウス", "水門"), places=("第1圃場", "第2圃場, 南", "第3圃場"), night=6,
    ),
    Fleet(
        "KAKUU", JAPAN, "plan-D", 240, 999_910_000_005_001, ("s1.fast", "s1.standard"),
        (2_000, 9_000), groups=("路線バス", "タクシー, 市内", "配車センター"),
        places=("北営業所", "南営業所, 車庫", '中央 "仮設"'), night=20,
        beam=25, beam_a_day=300, protocols=("mqtt-mqtts", "http-https"),
    ),
    Fleet(
        "KAKUU", GLOBAL, "plan01s", 60, 999_920_000_001_001, ("us", "de"), (400, 700),
        groups=("Rental cars", "Vans, north"), places=("Sampleville, US", "Musterstadt, DE"),
    ),
    Fleet(
        "EXFLEET", GLOBAL, "plan01s", 30, 999_920_000_002_001, ("gb", "de", "us", "fr"),
        (350, 900), groups=("Trailers", 'Depot "A"'), places=("Sampleton, GB", "Exempleville, FR"),
        beam=5, beam_a_day=40, protocols=("tcp-https",),
    ),
    Fleet(
        "HINAGATA", JAPAN, "plan-D", 1, 999_910_000_006_001, ("s1.slow",), (64, 32),
        groups=("",), places=("工房",),
    ),
)  # fmt: skip
