"""A worker or a beat that is killed is on the administrator's workbench within two minutes. Real processes."""

import http.client
import json
import time

import pytest

from branch_portal.local.ports import LOOPBACK

#: A sixth of the real figures: pulse 15 s, silence 90 s. `test_health.py` has those, with the clock in the test's hand.
SPEED = {"PORTAL_TICK_SECONDS": "2", "PORTAL_PULSE_SECONDS": "2", "PORTAL_SILENT_SECONDS": "12"}
SESSION = "from tests.faults.slow_jobs import administrator_session; print('KEY', administrator_session())"


class Operator:
    """Reads like a monitor (`/readyz`) and like an administrator (the workbench)."""

    def __init__(self, stack):
        self.stack = stack
        self.session = stack.manage("shell", "-c", SESSION).split("KEY ")[1].split()[0]

    def get(self, path: str) -> str:
        web = http.client.HTTPConnection(LOOPBACK, self.stack.port, timeout=10)
        try:
            web.request("GET", path, headers={"Cookie": f"sessionid={self.session}"})
            return web.getresponse().read().decode()
        finally:
            web.close()

    def alarms(self) -> list[str]:
        return json.loads(self.get("/readyz"))["alarms"]

    def waits_for(self, alarm: str, timeout: float = 30) -> float:
        """Seconds until it is raised."""
        begun = time.monotonic()
        self.stack.wait_for(lambda: alarm in self.alarms(), timeout, alarm)
        return time.monotonic() - begun


@pytest.mark.stack
def test_a_killed_worker_and_a_killed_beat_are_told(stack_factory, capsys):
    stack = stack_factory(workers=2, beats=1, demo=False, env=SPEED)
    operator = Operator(stack)
    stack.wait_for(lambda: operator.alarms() == [], 40, "all well")
    assert "提醒、邮件和后台任务都在正常运行。" in operator.get("/")

    seconds = {}
    stack.kill_worker(0)
    seconds["worker"] = operator.waits_for("worker_silent")
    page = operator.get("/")
    assert "后台进程 w0@test 已" in page
    assert "请重新启动它。" in page
    assert operator.alarms() == ["worker_silent"]  # the other one does the work

    stack.kill_beat(0)
    seconds["beat"] = operator.waits_for("beat_silent")
    assert "定时调度（beat）已" in operator.get("/")
    stack.start_beat()
    stack.wait_for(lambda: "beat_silent" not in operator.alarms(), 20, "the end of the alarm")
    with capsys.disabled():
        print(
            f"\noperator's alarm after { ({name: round(each) for name, each in seconds.items()}) } s (limit 20)"
        )
    assert max(seconds.values()) <= 20  # two minutes, by six
