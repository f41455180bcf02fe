/* A player that goes on by itself: when the server is busy or the line breaks, it waits a little and takes up where it was.
   Nothing is measured here, and no time is sent anywhere. Without this file the player works; then one presses play again. */

const PAUSE = 3000;
const PATIENCE = 20;

function bind(player) {
  const note = document.querySelector("[data-media-note]");
  let failures = 0;
  let place = 0;
  let playing = false;

  const say = (text) => {
    if (!note) return;
    note.textContent = text;
    note.hidden = !text;
  };
  player.addEventListener("timeupdate", () => {
    if (player.currentTime > 0) place = player.currentTime;
    failures = 0;
    say("");
  });
  player.addEventListener("play", () => (playing = true));
  player.addEventListener("pause", () => {
    if (!player.error) playing = false;
  });
  player.addEventListener("error", () => {
    // 4: the browser cannot play it, or the very first request was refused; a file that never began is tried a few times only.
    failures += 1;
    if (failures > (place > 0 ? PATIENCE : 3)) {
      say("播放不了。请检查网络后刷新页面，或者下载到本机。");
      return;
    }
    say("正在重新连接…");
    window.setTimeout(() => {
      player.load();
      player.addEventListener("loadedmetadata", () => {
        if (place > 0) player.currentTime = place;
        if (playing) player.play().catch(() => say("已重新连接，请点播放。"));
        else say("");
      }, { once: true });
    }, PAUSE);
  });
}

document.querySelectorAll("[data-media]").forEach(bind);
