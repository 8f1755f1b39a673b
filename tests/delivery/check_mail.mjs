// What the data of caniemail.com say of the features of a mail's HTML, as JSON: for each feature, how far each program
// knows it ("yes", "partly", "no", or "?" where the data do not say).
//
//     node tests/delivery/check_mail.mjs NODE_MODULES/caniemail mail.html
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const programs = {
  "Gmail": ["gmail.desktop-webmail", "gmail.ios", "gmail.android"],
  "Outlook for Windows": ["outlook.windows"],
  "Outlook elsewhere": ["outlook.macos", "outlook.outlook-com", "outlook.ios", "outlook.android"],
  "Apple Mail": ["apple-mail.macos", "apple-mail.ios"],
  "Thunderbird": ["thunderbird.macos", "thunderbird.windows"],
};
const [library, page] = process.argv.slice(2);
const { caniemail, rawData } = await import(resolve(library, "dist/index.js"));
const html = readFileSync(page, "utf8");

const words = { y: "yes", a: "partly", n: "no", u: "?" };
function known(stats, place) {
  const [family, platform] = place.split(".");
  const versions = Object.values(stats[family]?.[platform] ?? {});
  return versions.length ? words[versions.at(-1)[0]] : "?";
}
function together(all) {
  const said = new Set(all.filter((word) => word !== "?"));
  return said.size > 1 ? "partly" : ([...said][0] ?? "?");
}
const table = new Map(rawData.data.map(({ title, stats }) => [
  title, Object.fromEntries(Object.entries(programs).map(([name, places]) => [name, together(places.map((p) => known(stats, p)))])),
]));

// The library names a feature only where a program lacks it, so it is asked about a program that lacks them all.
for (const feature of rawData.data) feature.stats = { gmail: { "desktop-webmail": { 0: "n" } } };
const { issues } = caniemail({ clients: ["gmail.desktop-webmail"], html });
const used = new Set([...issues.errors.values()].flat().map(({ title }) => title));
const unseen = ["@media (prefers-color-scheme)", "!important keyword"]; // the library does not look for them
for (const title of unseen) if (html.includes(title.replace(/^@media \(|\)$| keyword$/g, ""))) used.add(title);
console.log(JSON.stringify({
  updated: rawData.last_update_date.slice(0, 10),
  features: [...used].sort().map((title) => ({ title, ...table.get(title) })),
}));
