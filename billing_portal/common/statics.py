"""Which static files are collected."""

from collections.abc import Iterable
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

UNUSED = ("rest_framework", "redoc", "*-bundle.js.map", "*-preset.js*", "oauth2-redirect.*")


class LoadedFiles(AppDirectoriesFinder):
    """Those of the apps without what no page of ours loads: to compress it takes half a minute."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or ()), *UNUSED])
