// dist/ -> pack/: what the binary embeds, compressed once here so that no server ever compresses it again.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const DIST = "dist";
const PACK = "pack";
// Already compressed: embedded as they are.
const RAW = new Set([".woff2", ".png"]);

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

rmSync(PACK, { recursive: true, force: true });
for (const path of files(DIST)) {
  const bytes = readFileSync(path);
  const target = join(PACK, relative(DIST, path));
  mkdirSync(dirname(target), { recursive: true });
  if (RAW.has(extname(path))) {
    writeFileSync(target, bytes);
    continue;
  }
  writeFileSync(`${target}.gz`, gzipSync(bytes, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${target}.br`, brotliCompressSync(bytes, { params: quality }));
}
