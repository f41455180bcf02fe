"""云端党课 in a real browser: a film that uploads in parts, goes on after a break, and plays on a phone; a check by keyboard."""

import base64
import re
from pathlib import Path

import pytest

from tests.browser.people import Person
from tests.browser.test_pages import faults_of

pytestmark = pytest.mark.browser

#: The browser films a moving canvas itself: no codec or foreign file is needed.
RECORD = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const brush = canvas.getContext("2d");
  const paint = window.setInterval(() => {
    const noise = brush.createImageData(640, 360);
    for (let i = 0; i < noise.data.length; i += 1) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
    brush.putImageData(noise, 0, 0);
  }, 60);
  const recorder = new MediaRecorder(canvas.captureStream(15), { mimeType: "video/webm;codecs=vp8", videoBitsPerSecond: 8e6 });
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const ended = new Promise((done) => (recorder.onstop = done));
  recorder.start();
  await new Promise((done) => window.setTimeout(done, 4000));
  recorder.stop();
  await ended;
  window.clearInterval(paint);
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}"""


@pytest.fixture
def film(desktop, stack, tmp_path) -> Path:
    desktop.goto(f"{stack.url}/accounts/login/")
    path = tmp_path / "党课.webm"
    path.write_bytes(base64.b64decode(desktop.evaluate(RECORD)))
    assert path.stat().st_size > 700_000
    return path


SMALL_PARTS = """() => {
  const slice = File.prototype.slice;
  File.prototype.slice = function (first, end) { return slice.call(this, first, Math.min(end, first + 300000)); };
}"""


class Line:
    """The way of the parts: their offsets, and a cut after the first one."""

    def __init__(self, page):
        self.offsets: list[int] = []
        self.dead = False
        page.route("**/part/**", self._part)
        page.route("**/learning/uploads/*/", lambda route: route.abort() if self.dead else route.continue_())

    def _part(self, route) -> None:
        offset = int(re.search(r"offset=(\d+)", route.request.url)[1])
        self.offsets.append(offset)
        if self.dead and offset:
            route.abort()
        else:
            route.continue_()


def choose(page, film: Path) -> None:
    page.locator("form[data-upload] input[type=file]").set_input_files(film)
    page.get_by_role("button", name="上传").click()


def uploaded_after_a_break(page, film: Path, screenshot, browser_problems) -> None:
    """The first part arrives, the line dies, the browser is closed; the same file, chosen again, goes on from there."""
    files, line = page.url, Line(page)
    line.dead = True
    page.evaluate(SMALL_PARTS)
    choose(page, film)
    page.get_by_text("网络断了，正在重新连接").wait_for(timeout=30_000)
    screenshot(page, "upload-broken-desktop")
    assert line.offsets[:2] == [0, 300_000]
    browser_problems.clear()
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(files)
    page.get_by_text("会从断开的地方接着传").wait_for()
    line.dead = False
    line.offsets.clear()
    choose(page, film)
    page.get_by_text("“党课.webm”已上传").wait_for(timeout=60_000)
    assert line.offsets[0] == 300_000
    assert faults_of(page) == []
    screenshot(page, "lesson-files-desktop")


def test_a_film_goes_on_after_a_break_and_plays_on_a_phone(
    stack, desktop, new_page, demo_logins, film, screenshot, browser_problems
):
    page = Person(desktop, stack.url, demo_logins, "secretary").sign_in().page
    page.goto(f"{stack.url}/learning/lessons/new/")
    assert faults_of(page) == []
    screenshot(page, "lesson-form-desktop")
    page.get_by_label(re.compile("^课程名称")).fill("红色故事")
    page.get_by_label(re.compile("^形式")).select_option("video")
    page.get_by_label(re.compile("^完成方式")).select_option("confirmation")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile("/files/"))
    uploaded_after_a_break(page, film, screenshot, browser_problems)
    page.get_by_role("link", name="返回课程").click()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("课程已发布").wait_for()

    phone = Person(new_page("phone"), stack.url, demo_logins, "member").sign_in().page
    phone.goto(f"{stack.url}/learning/lessons/")
    screenshot(phone, "lessons-phone")
    assert faults_of(phone) == []
    phone.get_by_role("link", name="红色故事").click()
    phone.locator("video").wait_for()
    phone.evaluate("() => { const v = document.querySelector('video'); v.muted = true; return v.play(); }")
    for _ in range(60):
        if phone.evaluate("document.querySelector('video').currentTime") > 1:
            break
        phone.wait_for_timeout(500)
    assert phone.evaluate("document.querySelector('video').currentTime") > 1
    screenshot(phone, "lesson-video-phone")
    assert faults_of(phone) == []
    phone.get_by_role("button", name="我已学完").click()
    phone.get_by_text("等待党支部确认").wait_for()


def test_a_check_is_answered_by_keyboard_in_the_elder_view(stack, new_page, demo_logins, screenshot):
    member = Person(new_page("phone"), stack.url, demo_logins, "member").sign_in()
    page = member.page
    page.get_by_role("button", name="长者模式").or_(page.get_by_role("button", name="大字版")).first.click()
    page.locator("html.elder").wait_for()
    page.wait_for_load_state("networkidle")
    page.goto(f"{stack.url}/learning/lessons/")
    page.get_by_role("link", name="党支部的组织生活").click()
    screenshot(page, "lesson-elder-phone")
    assert faults_of(page) == []
    page.get_by_role("button", name="开始小测验").click()
    page.get_by_role("button", name="交卷").wait_for()
    assert faults_of(page) == []
    screenshot(page, "check-elder-phone")
    for item in page.locator("fieldset.quiz-item").all():
        item.locator("input").first.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="交卷").focus()
    page.keyboard.press("Enter")
    page.get_by_text("所选").first.wait_for()
    screenshot(page, "check-result-elder-phone")
    assert faults_of(page) == []
