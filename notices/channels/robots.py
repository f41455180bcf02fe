"""The three kinds of group robots: where they live, how they are posted to, what their codes mean."""

import base64
import datetime
import hmac
import time
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from branch_portal.http_out import Reply
from notices.channels.base import TooMany
from notices.channels.robot import RobotChannel


class WeComChannel(RobotChannel):
    name = "wecom"
    label = "企业微信"
    hosts = ("qyapi.weixin.qq.com",)
    path = "/cgi-bin/webhook/send"
    example = "qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
    most_bytes = 2048
    too_many = frozenset({45009, 45033})
    for_good = {
        93000: "群机器人已被移除，或地址有误",
        93004: "群机器人已停用",
        93008: "群机器人不在群里",
        40058: "地址中的密钥有误",
    }

    def payload(self, text: str) -> dict[str, Any]:
        return {"msgtype": "text", "text": {"content": text}}


class DingTalkChannel(RobotChannel):
    name = "dingtalk"
    label = "钉钉"
    hosts = ("oapi.dingtalk.com",)
    path = "/robot/send"
    example = "oapi.dingtalk.com/robot/send?access_token=…"
    takes_secret = True
    most_bytes = 15_000
    too_many = frozenset({130101, 410100, 90018})
    for_good = {
        300001: "地址中的令牌有误",
        300005: "地址中的令牌有误，或群机器人已被移除",
        310000: "安全设置不符，请核对加签密钥、关键词（可填“支部”）或服务器地址",
        400101: "地址中的令牌有误，或群机器人已被移除",
        400102: "群机器人已停用",
    }

    def payload(self, text: str) -> dict[str, Any]:
        return {"msgtype": "text", "text": {"content": text}}

    def signed(self, url: str, payload: dict[str, Any], secret: str) -> tuple[str, dict[str, Any]]:
        stamp = str(round(time.time() * 1000))
        digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), sha256)
        sign = quote(base64.b64encode(digest).decode(), safe="")
        return f"{url}&timestamp={stamp}&sign={sign}", payload

    def judge(self, reply: Reply) -> None:
        """Beyond its limit DingTalk bars a robot for ten minutes, and every try in between starts them anew."""
        try:
            super().judge(reply)
        except TooMany as error:
            raise TooMany(str(error), datetime.timedelta(minutes=10)) from error


class FeishuChannel(RobotChannel):
    name = "feishu"
    label = "飞书"
    hosts = ("open.feishu.cn",)
    path = "/open-apis/bot/v2/hook/"
    example = "open.feishu.cn/open-apis/bot/v2/hook/…"
    takes_secret = True
    most_bytes = 15_000
    result = "code"
    too_many = frozenset({11232, 11233, 99991400})
    for_good = {
        19001: "地址有误，或群机器人已被移除",
        19021: "加签密钥不符，或服务器时间不准",
        19022: "安全设置不允许本服务器的地址",
        19024: "安全设置要求的关键词不在消息中（可填“支部”）",
    }

    def payload(self, text: str) -> dict[str, Any]:
        return {"msg_type": "text", "content": {"text": text}}

    def signed(self, url: str, payload: dict[str, Any], secret: str) -> tuple[str, dict[str, Any]]:
        stamp = str(int(time.time()))
        digest = hmac.digest(f"{stamp}\n{secret}".encode(), b"", sha256)
        return url, {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **payload}
