document.addEventListener("click", (event) => {
  const line = event.target.closest("[data-at]");
  if (!line) return;
  const player = line.closest("section").querySelector("audio");
  if (!player) return;
  player.currentTime = Number(line.dataset.at);
  player.play();
});
document.addEventListener("timeupdate", (event) => {
  const time = event.target.currentTime;
  for (const line of event.target.closest("section").querySelectorAll("[data-at]"))
    line.classList.toggle("now", time >= Number(line.dataset.at) && time < Number(line.dataset.end));
}, true);
