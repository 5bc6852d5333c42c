// Compiles hailong.scss to ../static/hailong.css and gives each font address its digest.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { PurgeCSS } from "purgecss";
import { compile } from "sass";

const target = new URL("../static/hailong.css", import.meta.url);
const { css } = compile("hailong.scss", {
  style: "compressed",
  loadPaths: ["node_modules"],
  quietDeps: true,
});
// What govuk-frontend brings along and no page of ours has. All else stays, seen or not: words of
// classes are put together in templates.
const unused = [
  "govuk-summary-card.*",
  "govuk-.*--(inverse|start|collapse-on-mobile|no-border|muted|extra-letter-spacing)",
  "govuk-(grid-column-.*-from-desktop|link-image|skip-link-focused-element|button__start-icon)",
  "govuk-(input__(prefix|suffix|wrapper)|(radios|checkboxes)--small|.*__conditional(--hidden)?)",
];
const [{ css: used }] = await new PurgeCSS().purge({
  content: [],
  css: [{ raw: css }],
  safelist: [new RegExp(`^(?!(${unused.join("|")})$)`)],
});
// The same digest as web/drawing/assets.py gives: the first 8 hex digits of the file's SHA-256.
const named = used.replaceAll(/url\("?(fonts\/[\w-]+)\.woff2"?\)/g, (_, name) => {
  const font = readFileSync(new URL(`../static/${name}.woff2`, import.meta.url));
  const digest = createHash("sha256").update(font).digest("hex").slice(0, 8);
  return `url(${name}.${digest}.woff2)`;
});
writeFileSync(target, named.replace(/^\uFEFF/, "") + "\n");
console.log(`hailong.css: ${named.length} bytes, ${gzipSync(named).length} packed`);
