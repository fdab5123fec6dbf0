"use strict";
// The players: what has data-at is jumped to, the line in the drawing follows, and the transcript shows where it is.
for (const call of document.querySelectorAll("article.call")) {
  const audio = call.querySelector("audio");
  if (!audio) continue;
  call.classList.add("playable");
  const line = call.querySelector(".line");
  const svg = line.querySelector("svg");
  const head = line.querySelector(".head");
  const [end, left, right] = ["end", "left", "right"].map((key) => Number(line.dataset[key]));
  const width = svg.viewBox.baseVal.width;
  const lines = [...call.querySelectorAll(".transcript li")];

  const jump = (seconds) => {
    audio.currentTime = Math.max(0, Math.min(seconds, end));
    audio.play().catch(() => {}); // a browser may want a click on the player first
  };
  call.addEventListener("click", (event) => {
    const target = event.target.closest("[data-at]");
    if (target) {
      if (!String(getSelection())) jump(Number(target.dataset.at)); // who marks words wants to copy them
    } else if (svg.contains(event.target)) {
      const box = svg.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      if (share >= left && share <= right) jump(((share - left) / (right - left)) * end);
    }
  });

  const follow = () => {
    const now = audio.currentTime;
    const x = (left + (right - left) * Math.min(1, now / end)) * width;
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
    for (const one of lines) {
      const here = Number(one.dataset.at) <= now + 0.05 && now < Number(one.dataset.until);
      if (here && !one.classList.contains("now")) {
        const list = one.parentElement; // scroll the list, never the page
        if (one.offsetTop < list.scrollTop || one.offsetTop + one.offsetHeight > list.scrollTop + list.clientHeight) {
          list.scrollTop = one.offsetTop - list.clientHeight / 3;
        }
      }
      one.classList.toggle("now", here);
    }
  };
  audio.addEventListener("timeupdate", follow);
  audio.addEventListener("seeked", follow);
  audio.addEventListener("play", () => {
    call.classList.add("heard");
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
  });
}
