// Lists: filters apply as they are ticked; in a frozen copy, which has no server, they work on what the page holds.
"use strict";
const form = document.querySelector("[data-filter]");

function frozenFilter() {
  const items = [...document.querySelectorAll(".results [data-tags]")];
  const tags = new Map(items.map((item) => [item, new Set(item.dataset.tags.split("\n").map((tag) => tag.trim()))]));
  const apply = () => {
    const chosen = {};
    for (const input of form.querySelectorAll("input:checked")) (chosen[input.name] ??= []).push(`${input.name}=${input.value}`);
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const item of items) {
      const text = item.dataset.words ?? item.textContent.toLowerCase();
      const keep = Object.values(chosen).every((any) => any.some((tag) => tags.get(item).has(tag))) && words.every((word) => text.includes(word));
      item.hidden = !keep;
      left += keep;
    }
    document.querySelector("[data-count]").textContent = left;
    document.querySelector(".none").hidden = left > 0;
  };
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name === "q") form.elements.q.value = value;
    for (const input of form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)) if (input.value === value) input.checked = true;
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}

if (form) {
  form.querySelector(".apply").hidden = true;
  if (matchMedia("(max-width: 48rem)").matches) form.querySelector(".fold").open = false;
  // Not form.dataset: a filter named "dataset" hides it.
  if (form.hasAttribute("data-frozen")) frozenFilter();
  else form.addEventListener("change", () => form.requestSubmit());
  // An empty search box would only lengthen the address.
  form.addEventListener("formdata", (event) => { if (!event.formData.get("q")) event.formData.delete("q"); });
}
