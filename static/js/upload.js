/* Sends a large file in parts and goes on where it broke off (learning/views/uploads.py says what the four requests are).
   Choosing the same file again, today or in some days, continues: the server knows it by name, size and time.
   Without this file the form sends files of up to 20 MB as any form does. */

const LEAST = 256 * 1024;
const AIM = 4000; // ms that one part should take: short enough for a weak line, long enough not to ask all the time
const WAITS = [1000, 2000, 5000, 10000, 20000, 30000];

class Refused extends Error {}

function bind(form) {
  const input = form.querySelector("input[type=file]");
  const box = form.querySelector("[data-upload-progress]");
  const pause = form.querySelector("[data-upload-pause]");
  const bar = box.querySelector("progress");
  const most = Number(form.dataset.partBytes);
  let paused = false;
  let wake = null;

  const write = (name, text) => (box.querySelector(`[data-upload-${name}]`).textContent = text);
  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

  function show(received, size) {
    bar.value = received / size;
    write("count", `${Math.floor((received / size) * 100)}%（${megabytes(received)} / ${megabytes(size)} MB）`);
  }
  const sleep = (time) =>
    new Promise((done) => {
      wake = done;
      window.setTimeout(done, time);
    });
  window.addEventListener("online", () => wake && wake());

  /** The answer as JSON; Refused when the server says no for good, any other error is worth another try. */
  async function ask(url, options) {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "error", ...options });
    const text = await answer.text();
    let data = {};
    try {
      data = JSON.parse(text);
    } catch {
      if (answer.status < 500) throw new Refused("没有上传：登录已过期或没有权限。请刷新页面，重新选择同一个文件会接着传。");
    }
    if (answer.ok || answer.status === 409) return data;
    if (data.error) throw new Refused(data.error);
    throw new Error(String(answer.status));
  }

  /** Try until the line is back; what the server refuses is not tried again. */
  async function insist(url, options) {
    for (let turn = 0; ; turn += 1) {
      try {
        const data = await ask(url, options);
        write("note", "");
        return data;
      } catch (error) {
        if (error instanceof Refused) throw error;
        write("note", "网络断了，正在重新连接。可以不管它，也可以关掉页面，以后选择同一个文件接着传。");
        await sleep(WAITS[Math.min(turn, WAITS.length - 1)]);
      }
    }
  }

  async function send(file) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token(), name: file.name, size: file.size, modified: file.lastModified });
    let state = await insist(form.dataset.upload, { method: "POST", body });
    const { url, part_url: partUrl } = state;
    let length = 4 * LEAST;
    while (!state.done) {
      show(state.received, file.size);
      while (paused) await sleep(1000);
      const offset = state.received;
      const began = performance.now();
      try {
        state = await ask(`${partUrl}?offset=${offset}`, {
          method: "POST",
          headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": token() },
          body: file.slice(offset, offset + length),
        });
        const took = Math.max(performance.now() - began, 1);
        length = Math.round(Math.min(Math.max((length * AIM) / took, length / 2, LEAST), length * 2, most));
      } catch (error) {
        if (error instanceof Refused) throw error;
        length = Math.max(LEAST, Math.round(length / 2));
        await sleep(WAITS[0]);
        state = await insist(url, {});
      }
    }
    show(file.size, file.size);
  }

  form.querySelector("[data-upload-words]").textContent =
    `最大 ${form.dataset.largest} MB，分段上传，断开以后可以接着传。视频用 MP4（H.264），录音用 MP3 或 M4A。`;

  form.addEventListener("submit", async (event) => {
    const file = input.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("button.btn-primary");
    button.disabled = true;
    input.disabled = true;
    box.hidden = false;
    pause.hidden = false;
    write("name", file.name);
    write("note", "");
    const stay = (leaving) => leaving.preventDefault();
    window.addEventListener("beforeunload", stay);
    try {
      await send(file);
      window.removeEventListener("beforeunload", stay);
      window.location.reload();
    } catch (error) {
      window.removeEventListener("beforeunload", stay);
      const words = error instanceof Refused ? error.message : "没有上传：读不到这个文件，请重新选择。";
      write("note", words);
      form.dispatchEvent(new CustomEvent("portal:say", { bubbles: true, detail: { text: words, level: "error" } }));
      button.disabled = false;
      input.disabled = false;
      pause.hidden = true;
    }
  }, true);

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "继续" : "暂停";
    if (!paused && wake) wake();
  });
}

document.querySelectorAll("form[data-upload]").forEach(bind);
