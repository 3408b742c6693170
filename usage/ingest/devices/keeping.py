"""Keeping what people upload until a worker has time for it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from billing_portal.common import files
from usage.ingest.devices.jobs import UPLOADS, Upload

LONGEST = 200


def keep(upload: "UploadedFile[Any]") -> Upload:
    """Store an upload without reading it into memory."""
    with TemporaryDirectory(prefix="meisai-upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        stored = files.put_path(UPLOADS, path, suffix=".csv")
    return Upload((upload.name or "")[:LONGEST], stored.name)
