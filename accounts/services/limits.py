"""Counting requests, so that one program cannot take the portal away from the others."""

import logging
from datetime import datetime
from hashlib import sha256

from django.core.cache import caches
from redis.exceptions import RedisError

from billing_portal.common.api.limits import CACHE, WINDOW

logger = logging.getLogger(__name__)


def wait(*, who: str, what: str, most: int, now: datetime) -> int:
    """Count a request; return 0 if it may go on, else after how many seconds to come again.

    Counts are of whole minutes. Where the counts cannot be reached everything goes on: an API that
    is down because its limits are helps nobody.
    """
    window, passed = divmod(int(now.timestamp()), WINDOW)
    # Of what comes with a request nothing stands in the key as it is.
    key = f"{window}.{sha256(f'{who} {what}'.encode()).hexdigest()[:32]}"
    counts = caches[CACHE]
    try:
        counts.add(key, 0, timeout=2 * WINDOW)
        count = counts.incr(key)
    except ValueError:  # it was dropped in between
        return 0
    except (RedisError, OSError) as error:
        logger.warning("requests are not counted: %s", error)
        return 0
    return WINDOW - passed if count > most else 0
