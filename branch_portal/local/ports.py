"""Ports on 127.0.0.1: free ones, and the same ones again at the next start."""

import random
import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"
# Below Linux' range for outgoing connections, so that nothing passing through takes a remembered port.
_QUIET_RANGE = range(20000, 32000)


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Like the servers do; otherwise a port just left looks taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def quiet_port(remembered: object = None, *, taken: Iterable[int] = ()) -> int:
    """The remembered port if it is still free, otherwise a random one away from the usual ranges."""
    if isinstance(remembered, int) and remembered not in taken and is_free(remembered):
        return remembered
    for port in random.sample(_QUIET_RANGE, 200):
        if port not in taken and is_free(port):
            return port
    raise OSError("no free port between 20000 and 32000")


def next_free(first: int, *, tries: int = 100) -> int:
    """The first free port from `first` upwards."""
    for port in range(first, min(first + tries, 65536)):
        if is_free(port):
            return port
    raise OSError(f"no free port from {first} upwards")
