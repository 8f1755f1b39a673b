// What the data of caniemail.com say of the features of a mail's HTML, by program.
//
//     npm install --prefix build caniemail && node tests/delivery/check_mail.mjs build/node_modules/caniemail mail.html
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const programs = [
  "gmail.desktop-webmail", "gmail.ios", "gmail.android", "outlook.windows", "outlook.macos", "outlook.ios",
  "outlook.android", "apple-mail.macos", "apple-mail.ios", "thunderbird.macos",
];
const [library, page] = process.argv.slice(2);
const { caniemail } = await import(resolve(library, "dist/index.js"));
const html = readFileSync(page, "utf8");
const found = { errors: {}, warnings: {} };
for (const program of programs) {
  try {
    const { issues } = caniemail({ clients: [program], html });
    for (const kind of Object.keys(found))
      for (const [, list] of issues[kind]) for (const { title } of list) (found[kind][title] ??= new Set()).add(program);
  } catch (problem) {
    console.log(`${program}: ${problem.message}`);
  }
}
for (const [kind, titles] of Object.entries(found))
  for (const [title, where] of Object.entries(titles)) console.log(`${kind === "errors" ? "lost" : "partly"}: ${title}: ${[...where].join(", ")}`);
