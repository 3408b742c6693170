"""How Celery talks to its broker, and what its workers do when they are stopped or killed."""

from typing import Any

TRANSPORT: dict[str, Any] = {
    "visibility_timeout": 6 * 3600,  # longer than the longest task; our leases do the rest
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 3,
    # A page that tells the broker of work does not wait for one that is down: the sweep will.
    "max_retries": 1,
    "interval_start": 0.2,
}
SETTINGS: dict[str, Any] = {
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
    "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,  # a worker waits for it
    "CELERY_TASK_IGNORE_RESULT": True,
    "CELERY_TASK_ACKS_LATE": True,
    "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
    "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": 4.0,
    "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
    "CELERY_TIMEZONE": "UTC",
    "CELERY_TASK_SERIALIZER": "json",
    "CELERY_ACCEPT_CONTENT": ["json"],
}
