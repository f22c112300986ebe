// Slices of a volume to scroll, under a window that slides; frames of a clip to play. Without script the planes, or the
// frames, stand side by side above.
"use strict";
const reel = document.querySelector("[data-reel]");
const part = (name) => reel.querySelector(`[data-reel-${name}]`);
const [shown, at, play, told, level, width] = ["shown", "at", "play", "said", "level", "width"].map(part);
const PACE = 150; // ms a frame
const files = (reel.dataset.files || "").split(" ").filter(Boolean);
const count = Number(at.max);
let timer = null;

function address(number) {
  if (files.length) return files[number];
  if (!level) return `${reel.dataset.slices}${number}.png`;
  const [middle, half] = [Number(level.value), Number(width.value) / 2];
  return `${reel.dataset.slices}${number}.png?low=${(middle - half).toFixed(3)}&high=${(middle + half).toFixed(3)}`;
}

function draw() {
  const number = Number(at.value) - 1;
  shown.src = address(number);
  told.value = `${number + 1} of ${count}`;
  shown.alt = `${told.dataset.one} ${told.value}`;
  if (level) part("window").value = `${Math.round(level.value - width.value / 2)} to ${Math.round(Number(level.value) + width.value / 2)}`;
}

function move(by) {
  at.value = ((Number(at.value) - 1 + by + count) % count) + 1;
  draw();
}

function stop() {
  clearInterval(timer);
  timer = null;
  play.setAttribute("aria-pressed", "false");
  play.textContent = "Play";
}

play.addEventListener("click", () => {
  if (timer) return stop();
  timer = setInterval(() => { if (shown.complete) move(1); }, PACE);
  play.setAttribute("aria-pressed", "true");
  play.textContent = "Stop";
});
for (const control of [at, level, width]) control?.addEventListener("input", draw);
shown.addEventListener("wheel", (event) => {
  if (event.ctrlKey) return;
  event.preventDefault();
  at.value = Number(at.value) + Math.sign(event.deltaY);
  draw();
}, { passive: false });
reel.hidden = false;
draw();
