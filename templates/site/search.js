// Narrows the list of editions and documents down to those that hold every word. Nothing leaves the page.
"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const entries = JSON.parse(element("index").textContent);
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{Diacritic}/gu, "");
  const texts = entries.map((entry) => plain(entry.slice(1).join(" ")));
  const most = 200;

  function item([path, title, when, about]) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    const quiet = document.createElement("span");
    link.href = path;
    link.textContent = title;
    quiet.className = "quiet";
    quiet.textContent = [when, about].filter(Boolean).join(". ");
    line.dir = "auto";
    line.append(link, " ", quiet);
    return line;
  }

  function search() {
    const words = plain(element("words").value).split(/\s+/).filter(Boolean);
    const hits = entries.filter((_, i) => words.every((word) => texts[i].includes(word)));
    element("everything").hidden = words.length > 0;
    element("results").replaceChildren(...(words.length ? hits.slice(0, most).map(item) : []));
    element("found").textContent = words.length ? element("found").dataset.found.replace("{n}", hits.length) : "";
  }

  element("words").addEventListener("input", search);
  element("search").hidden = false;
  search();
})();
