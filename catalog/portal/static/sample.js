// The sample page: words light up what they rest on, and regions light up the words about them.
// Every element that speaks of something carries data-regions and data-facts; regions of the image carry data-region.
"use strict";
const root = document.querySelector("[data-triptych]");
const SPEAKS = "[data-regions], [data-region]";
const list = (text) => (text || "").split(" ").filter(Boolean);
const speakers = [...root.querySelectorAll("[data-regions]")];
const drawn = [...root.querySelectorAll("[data-region], [data-tag]")];
const caption = root.querySelector("[data-caption]");
const hint = caption.innerHTML;
const stepBox = root.querySelector("[data-step-box]");
let pinned = null;

function light(source) {
  const regions = new Set(source ? list(source.dataset.regions ?? source.dataset.region) : []);
  const facts = new Set(source ? list(source.dataset.facts) : []);
  const aboutRegion = source && (source.matches("[data-region], [data-row], .evidence"));
  root.classList.toggle("lighting", regions.size > 0);
  for (const element of drawn) element.classList.toggle("lit", regions.has(element.dataset.region ?? element.dataset.tag));
  for (const element of speakers) {
    const own = element.matches("[data-row], .evidence") ? list(element.dataset.regions).some((id) => regions.has(id)) : list(element.dataset.facts).some((id) => facts.has(id));
    element.classList.toggle("lit", element === source || own);
  }
  drawStep(source?.dataset.box);
  if (!source) caption.innerHTML = hint;
  else caption.replaceChildren(...(aboutRegion ? who([...regions]) : said(source)), table([...facts]));
}

function drawStep(box) {
  if (!stepBox) return;
  stepBox.toggleAttribute("hidden", !box);
  if (!box) return;
  const [x0, y0, x1, y1] = box.split(" ").map(Number);
  for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) stepBox.setAttribute(name, value);
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function who(ids) {
  return ids.map((id) => {
    const row = root.querySelector(`[data-row="${CSS.escape(id)}"]`);
    const line = make("p", "who", "");
    line.append(make("b", "", row.querySelector(".name").textContent), make("span", "", ` ${id}, drawn by ${row.dataset.made}`));
    return line;
  });
}

function said(source) {
  const code = source.matches(".step") && source.querySelector("code");
  return code ? [make("p", "who", code.textContent.replace(/\s+/g, " "))] : [];
}

function table(ids) {
  const lines = make("div", "lines", "");
  for (const id of ids) {
    const row = root.querySelector(`[data-fact="${CSS.escape(id)}"]`);
    if (!row) continue;
    const [of, value] = row.querySelectorAll("td");
    const line = make("div", "line", "");
    const cells = [["span", "pred", row.querySelector("th")], ["span", "of", of], ["b", "", value]];
    line.append(...cells.map(([tag, name, cell]) => make(tag, name, cell.textContent.replace(/\s+/g, " ").trim())), make("span", "id", id));
    lines.append(line);
  }
  return lines;
}

function pin(element) {
  for (const old of root.querySelectorAll(".pinned")) {
    old.classList.remove("pinned");
    if (old.getAttribute("role") === "button") old.setAttribute("aria-pressed", "false");
  }
  pinned = element === pinned ? null : element;
  if (pinned) {
    pinned.classList.add("pinned");
    if (pinned.getAttribute("role") === "button") pinned.setAttribute("aria-pressed", "true");
  }
  light(pinned);
}

root.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  light(event.target.closest(SPEAKS) ?? pinned);
});
root.addEventListener("pointerleave", () => light(pinned));
root.addEventListener("focusin", (event) => { if (event.target.matches(":focus-visible")) light(event.target.closest(SPEAKS) ?? pinned); });
root.addEventListener("focusout", () => light(pinned));
root.addEventListener("click", (event) => {
  const source = event.target.closest(SPEAKS);
  if (source) pin(source);
  else if (event.target.closest("[data-canvas]") && pinned) pin(pinned);
});
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input[type=search]")) return;
  const source = event.target.closest?.("[role=button][data-regions], tr[data-fact]");
  if (source && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); pin(source); }
  else if (event.key === "Escape" && pinned) pin(pinned);
  else if (event.key in KEYS) { event.preventDefault(); KEYS[event.key](); }
});

// Tabs, as the ARIA practice has them; without script all four stand below each other.
const tabs = [...root.querySelectorAll("[role=tab]")];
function show(tab, focus) {
  for (const other of tabs) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
  if (focus) tab.focus();
}
root.querySelector("[data-tabs]").hidden = false;
for (const panel of root.querySelectorAll("[data-tabpanel]")) panel.setAttribute("role", "tabpanel");
const asked = tabs.find((tab) => document.getElementById(tab.getAttribute("aria-controls")).contains(location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null));
show(asked ?? tabs[0]);
for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => show(tab));
  tab.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (move) show(tabs[(place + move + tabs.length) % tabs.length], true);
  });
}

// The image: layers, zoom, and labels that stay the same size.
const canvas = root.querySelector("[data-canvas]");
const stage = root.querySelector("[data-stage]");
let zoom = 1;
function resize(next) {
  const centre = [(canvas.scrollLeft + canvas.clientWidth / 2) / canvas.scrollWidth, (canvas.scrollTop + canvas.clientHeight / 2) / canvas.scrollHeight];
  zoom = Math.min(16, Math.max(1, next));
  const pad = root.querySelector(".letter") ? 56 : 0; // room for the letters at the edges
  const fit = Math.min(canvas.clientWidth - pad, (canvas.clientHeight - pad) * Number(stage.dataset.ratio));
  stage.style.width = `${Math.round(fit * zoom)}px`;
  root.querySelector("[data-zoom-value]").textContent = zoom === 1 ? "fit" : `${Math.round(zoom * 100)} %`;
  canvas.classList.toggle("grab", zoom > 1);
  canvas.scrollTo(centre[0] * canvas.scrollWidth - canvas.clientWidth / 2, centre[1] * canvas.scrollHeight - canvas.clientHeight / 2);
}
function layer(name) {
  const box = root.querySelector(`[data-show=${name}]`);
  box.checked = !box.checked;
  layers();
}
function layers() {
  const on = (name) => root.querySelector(`[data-show=${name}]`).checked;
  root.classList.toggle("hide-masks", !on("masks"));
  root.classList.toggle("show-boxes", on("boxes"));
  root.classList.toggle("show-labels", on("labels"));
}
const KEYS = canvas ? { m: () => layer("masks"), b: () => layer("boxes"), l: () => layer("labels"), "+": () => resize(zoom * 1.5), "=": () => resize(zoom * 1.5), "-": () => resize(zoom / 1.5), 0: () => resize(1) } : {};
if (canvas) {
  root.querySelector("[data-tools]").hidden = false;
  for (const tag of root.querySelectorAll("[data-tag]")) {
    tag.style.left = `${tag.dataset.x * 100}%`;
    tag.style.top = `${tag.dataset.y * 100}%`;
    tag.classList.toggle("below", Number(tag.dataset.y) < 0.06);
  }
  const steps = { in: 1.5, out: 1 / 1.5, fit: 0 };
  for (const button of root.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => resize(zoom * steps[button.dataset.zoom]));
  for (const box of root.querySelectorAll("[data-show]")) box.addEventListener("change", layers);
  canvas.addEventListener("wheel", (event) => { if (event.ctrlKey || event.metaKey) { event.preventDefault(); resize(zoom * (event.deltaY < 0 ? 1.25 : 0.8)); } }, { passive: false });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons === 1 && event.pointerType === "mouse" && zoom > 1) canvas.scrollBy(-event.movementX, -event.movementY); });
  addEventListener("resize", () => resize(zoom));
  layers();
  resize(1);
}

// Reasoning, step by step: each step lights what it was worked out on.
for (const steps of root.querySelectorAll(".steps")) {
  const bar = steps.querySelector("[data-replay]");
  const [items, said] = [[...steps.querySelectorAll(".step")], bar.querySelector("output")];
  let at = -1;
  const go = (by) => {
    at = Math.min(items.length - 1, Math.max(-1, at + by));
    if (pinned && pinned !== items[at]) pin(pinned);
    if (at >= 0 && pinned !== items[at]) pin(items[at]);
    said.value = at < 0 ? "" : `${at + 1} of ${items.length}`;
  };
  bar.querySelector("[data-back]").addEventListener("click", () => go(-1));
  bar.querySelector("[data-on]").addEventListener("click", () => go(1));
  bar.hidden = false;
}
