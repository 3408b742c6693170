"""A file that changes between the two passes is refused; what was not stored by then stays out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.usage.conftest import World
from tests.usage.sending import records_csv, send
from usage.ingest.reading import Block, SourceFile
from usage.models import UsageRecord


def test_a_file_that_grows_while_it_is_read_is_refused(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = SourceFile.blocks

    def grow(self: SourceFile) -> Iterator[Block]:
        with (tmp_path / "usage").open("ab") as file:
            file.write(b"e2,TEN\n")
        yield from blocks(self)

    monkeypatch.setattr(SourceFile, "blocks", grow)
    sent = send(tmp_path, records_csv({}))

    assert sent.code == 2
    assert "The file changed while it was read." in sent.output
    assert not UsageRecord.objects.exists()
