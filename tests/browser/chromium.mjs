/** A headless Chromium with an empty profile, and what a page did in it that a page of ours must not do. */

import { access, constants, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Open a browser for `work`, which gets its context and a list of complaints that grows; return the list. */
export async function withBrowser(origin, options, work) {
  const profile = await mkdtemp(join(tmpdir(), "samarbete-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await findChromium(),
    args: FLAGS,
    acceptDownloads: false,
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const complaints = [];
  watch(context, origin, complaints);
  try {
    await work(context, complaints);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
  return complaints;
}

// Requests to other hosts, messages that are errors (a refusal by the policy is one), and failed scripts.
function watch(context, origin, complaints) {
  const host = new URL(origin).host;
  const judge = (url) => {
    const { protocol, host: asked } = new URL(url);
    if (["http:", "https:", "ws:", "wss:"].includes(protocol) && asked !== host) complaints.push(`request to ${asked}`);
  };
  context.on("request", (request) => judge(request.url()));
  context.on("console", (message) => {
    if (message.type() === "error" || message.text().includes("Content Security Policy")) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(error.error().stack ?? String(error.error())));
  const watchSockets = (page) => page.on("websocket", (socket) => judge(socket.url()));
  context.pages().forEach(watchSockets);
  context.on("page", watchSockets);
}

/** Return the path of an installed Chromium, else of the one from npm, which is unpacked beside its package. */
export async function findChromium() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (await may(path, constants.X_OK)) return path;
    }
  }
  const unpacked = join(import.meta.dirname, "node_modules", ".chromium");
  await mkdir(unpacked, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = unpacked;
  try {
    const { default: bundled } = await import("@sparticuz/chromium");
    bundled.setGraphicsMode = false;
    const program = await bundled.executablePath();
    process.env.FONTCONFIG_FILE ??= await offerFonts(unpacked);
    return program;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

// A machine without fonts would show pages without letters, and what has no letters has no height and is not there to
// click. The package brings a font, and looks for it in the places of another kind of machine.
async function offerFonts(unpacked) {
  const path = join(unpacked, "fonts.conf");
  if (!(await may(path, constants.R_OK))) await writeFile(path, fontsOf(unpacked));
  return path;
}

function fontsOf(unpacked) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(unpacked, "fonts", "fonts")}</dir>
  <cachedir>${join(unpacked, "fonts", "cache")}</cachedir>
</fontconfig>
`;
}

async function may(path, mode) {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
