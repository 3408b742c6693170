from pathlib import Path

import pytest

from tests.usage.conftest import World
from tests.usage.feeds.sending import Feeder


@pytest.fixture
def feeder(world: World, tmp_path: Path) -> Feeder:
    return Feeder(tmp_path)
