"""Robots of chat groups: a POST to the group's own address, and success only by the answer's own result code."""

import json
from abc import abstractmethod
from typing import Any, ClassVar

from branch_portal.http_out import (
    NoAnswer,
    NotAllowed,
    NotReached,
    OutgoingPost,
    Reply,
    Target,
    checked,
)
from notices.channels.base import Channel, Delayed, Message, Refused, TooMany
from notices.channels.words import chat_text

SECONDS = 9.5
TOO_MANY_REQUESTS = 429


class RobotChannel(Channel):
    """A kind of robot. A subclass names its hosts and codes, and says how a text is posted and signed.

    `hosts` and `path`: where such robots live, nothing else is called. `example`: what an address looks like, for people.
    `result`: the answer's field that is 0 on success. `too_many` and `for_good`: codes that ask for a pause, and those
    after which trying again is useless, with what they mean; any other code is tried again later.
    """

    to_robots = True
    at_once = 4
    hosts: ClassVar[tuple[str, ...]]
    path: ClassVar[str]
    example: ClassVar[str]
    takes_secret: ClassVar[bool] = False
    most_bytes: ClassVar[int]
    result: ClassVar[str] = "errcode"
    too_many: ClassVar[frozenset[int]] = frozenset()
    for_good: ClassVar[dict[int, str]] = {}

    def __init__(self) -> None:
        self._post: OutgoingPost | None = None

    @classmethod
    def target(cls, url: str) -> Target:
        """The checked address; NotAllowed when it is not one of this kind."""
        return checked(url, hosts=cls.hosts, path=cls.path)

    @abstractmethod
    def payload(self, text: str) -> dict[str, Any]:
        """The text as this kind of robot wants it."""

    def signed(self, url: str, payload: dict[str, Any], secret: str) -> tuple[str, dict[str, Any]]:
        """Address and payload with the signature that the robot asks for."""
        return url, payload

    def send(self, message: Message) -> str:
        payload = self.payload(chat_text(message, most_bytes=self.most_bytes))
        url = message.address
        if message.secret and self.takes_secret:
            url, payload = self.signed(url, payload, message.secret)
        headers = {"Content-Type": "application/json; charset=utf-8", "X-Delivery": message.key}
        try:
            self._post = OutgoingPost(
                self.target(url), json.dumps(payload, ensure_ascii=False).encode(), headers
            )
            reply = self._post.send(SECONDS)
        except NotAllowed as error:
            raise Refused("群机器人地址不在允许的范围内，未发送") from error
        except NotReached as error:
            raise Delayed(f"{self.label}的服务器连接不上，未发送") from error
        except NoAnswer as error:
            raise Delayed(f"{self.label}没有完整答复，结果不明") from error
        self.judge(reply)
        return message.key

    def judge(self, reply: Reply) -> None:
        """Return when the robot said that it took the message; raise what else it meant."""
        if reply.status == TOO_MANY_REQUESTS:
            raise TooMany(f"{self.label}要求降低发送频率（429）")
        if reply.status >= 500 or 300 <= reply.status < 400:
            raise Delayed(f"{self.label}暂时不能接收（{reply.status}）")
        code = self._code(reply.body)
        if code is None:
            if reply.status == 200:
                raise Delayed(f"{self.label}的答复无法识别，结果不明")
            raise Delayed(f"{self.label}没有接受（{reply.status}）")
        if code == 0 and reply.status == 200:
            return
        if code in self.too_many:
            raise TooMany(f"{self.label}要求降低发送频率（{code}）")
        if code in self.for_good:
            raise Refused(f"{self.label}没有接受：{self.for_good[code]}（{code}）")
        raise Delayed(f"{self.label}没有接受（{code or reply.status}）")

    def abort(self) -> None:
        if self._post is not None:
            self._post.abort()

    def _code(self, body: bytes) -> int | None:
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            return None
        code = answer.get(self.result) if isinstance(answer, dict) else None
        return code if type(code) is int else None
