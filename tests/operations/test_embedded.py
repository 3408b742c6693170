"""What `manage.py up` prepares before it starts anything."""

import stat
from pathlib import Path

import pytest

from billing_portal.management import embedded
from billing_portal.management.broker import PrivateBroker
from billing_portal.management.locks import AlreadyUp, held


def test_the_secret_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    key = embedded.keep_secret_key(path)
    assert len(key) > 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert embedded.keep_secret_key(path) == key


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("[::1]:80", ("::1", 80)),
        (":8000", ("0.0.0.0", 8000)),  # noqa: S104
    ],
)
def test_an_address_is_a_host_and_a_port(address: str, parts: tuple[str, int]) -> None:
    assert embedded.split_address(address) == parts


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:80", "http://[::1]:80"),
        (":8000", "http://127.0.0.1:8000"),
    ],
)
def test_links_in_mails_lead_to_the_address(address: str, url: str) -> None:
    assert embedded.base_url(address) == url


@pytest.mark.parametrize("address", ["", "8000", "127.0.0.1", "127.0.0.1:http", "a:0", "a:65536"])
def test_anything_else_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match="write an address"):
        embedded.split_address(address)


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    with held(tmp_path / "lock"), pytest.raises(AlreadyUp), held(tmp_path / "lock"):
        pass


def test_a_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    with held(tmp_path / "lock"):
        pass
    with held(tmp_path / "lock") as handle:
        assert handle


def test_a_folder_that_others_can_change_holds_no_socket(tmp_path: Path) -> None:
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    open_folder.chmod(0o777)
    broker = PrivateBroker(folder=tmp_path / "data", socket=open_folder / "socket")
    with pytest.raises(PermissionError, match="can be changed by others"):
        broker.prepare()
