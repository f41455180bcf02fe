"""A TCP proxy that breaks what passes through it: before PostgreSQL, Redis, the mail server, a robot.

ok          passes everything on
refuse      nobody listens
reset       takes connections and resets them, those under way as well
blackhole   takes what is sent and passes nothing on
delay       passes everything on, `seconds` later
drip        passes answers on byte by byte, `seconds` apart
cut         ends a connection after `count` bytes of answer
lostreply   passes on what is sent and loses the answer
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine

from branch_portal.local.ports import LOOPBACK, quiet_port

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, no time: closing sends a reset
_PIECE = 65536


class FaultProxy:
    """Listens on `port` and passes on to `upstream`; `mode` may be changed at any time, for connections under way as well."""

    def __init__(self, upstream: int) -> None:
        self.upstream, self.port = upstream, quiet_port()
        self.mode, self.seconds, self.count = "ok", 0.2, 100
        self.taken = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self._listen())

    def set(self, mode: str, *, seconds: float = 0.2, count: int = 100) -> None:
        self.seconds, self.count = seconds, count
        self.mode = mode
        self._do(self._turn(mode))

    def stop(self) -> None:
        self._do(self._turn("reset"))
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    async def _turn(self, mode: str) -> None:
        if mode in ("refuse", "reset"):
            for writer in list(self._writers):
                _reset(writer)
        if mode == "refuse" and self._server is not None:
            self._server.close()
            self._server = None
        elif mode != "refuse" and self._server is None:
            await self._listen()

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        if self.mode == "reset":
            _reset(writer)
            return
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self.upstream)
        except OSError:
            _reset(writer)
            return
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pass(reader, back), self._answer(there, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for each in (writer, back):
                self._writers.discard(each)
                each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            if self.mode == "delay":
                await asyncio.sleep(self.seconds)
            if self.mode != "blackhole":
                writer.write(piece)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self.count
        while piece := await reader.read(_PIECE):
            if self.mode == "cut":
                piece, left = piece[:left], left - len(piece)
            if self.mode in ("lostreply", "blackhole"):
                continue
            step = 1 if self.mode == "drip" else _PIECE
            for first in range(0, len(piece), step):
                writer.write(piece[first : first + step])
                await writer.drain()
                if self.mode == "drip":
                    await asyncio.sleep(self.seconds)
            if self.mode == "cut" and left <= 0:
                break
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    made = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
