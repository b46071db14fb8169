// Holds the page to its weight: gzip bytes as a browser without a secure context gets them.
import { readdirSync, readFileSync, statSync } from "node:fs";

const KB = 1000;
// What index.html asks for at once, each lazy part, everything, and the page itself.
const LIMITS = { first: 150 * KB, style: 14 * KB, part: 25 * KB, all: 300 * KB, page: 2 * KB, fonts: 50 * KB };

const page = readFileSync("dist/index.html", "utf8");
const size = (name) => statSync(`pack/assets/${name}.gz`).size;
const names = readdirSync("dist/assets");
const scripts = names.filter((name) => name.endsWith(".js"));
const isFirst = (name) => page.includes(name);
const sum = (list) => list.reduce((total, name) => total + size(name), 0);

const measured = [
  ["first scripts", sum(scripts.filter(isFirst)), LIMITS.first],
  ["styles", sum(names.filter((name) => name.endsWith(".css"))), LIMITS.style],
  ["all scripts", sum(scripts), LIMITS.all],
  ["index.html", statSync("pack/index.html.gz").size, LIMITS.page],
  [
    "fonts",
    names
      .filter((name) => name.endsWith(".woff2"))
      .reduce((total, name) => total + statSync(`dist/assets/${name}`).size, 0),
    LIMITS.fonts,
  ],
  ...scripts.filter((name) => !isFirst(name)).map((name) => [name, size(name), LIMITS.part]),
];

let over = 0;
for (const [what, bytes, limit] of measured) {
  const kept = bytes <= limit;
  over += kept ? 0 : 1;
  process.stdout.write(
    `${kept ? "  " : "! "}${what.padEnd(36)} ${(bytes / KB).toFixed(1).padStart(7)} kB of ${limit / KB}\n`,
  );
}
process.exit(over === 0 ? 0 : 1);
