// Opens the report, draws the page that the hash names, and listens to keys.
import { h, replace, say } from "./dom.js";
import { openReport } from "./data.js";
import { current, go, href } from "./route.js";
import { meaning, outcomeBadge } from "./verdicts.js";
import { overviewPage } from "./overview.js";
import { legend, testsPage } from "./tests.js";
import { testPage } from "./test.js";
import { modelPage, modelsPage } from "./models.js";
import { requirementPage, requirementsPage } from "./requirements.js";
import { openCount, openPage } from "./open.js";
import { matrixPage } from "./matrix.js";
import { peersPage } from "./peers.js";
import { count } from "./words.js";

const PAGES = {
  overview: ["Overview", overviewPage],
  tests: ["Tests", testsPage],
  open: ["Not judged", openPage],
  requirements: ["Requirements", requirementsPage],
  models: ["Models", modelsPage],
  matrix: ["Matrix", matrixPage],
  peers: ["Peers", peersPage],
  test: [null, testPage, "tests"],
  model: [null, modelPage, "models"],
  requirement: [null, requirementPage, "requirements"],
};
const KEYS = [
  ["1 … 7", "open a page"],
  ["/", "search"],
  ["j  k", "next and previous line of a list"],
  ["[  ]", "previous and next test"],
  ["←  →", "one step back and on along a path"],
  ["t", "dark or light"],
  ["?", "this help"],
];

const main = document.getElementById("main");
let report;
let drawn = 0;

async function show() {
  const route = current();
  const [title, page, parent] = PAGES[route.page] ?? PAGES.overview;
  const mine = ++drawn;
  const element = await page(report, route);
  if (mine !== drawn) return; // the reader has gone on meanwhile
  replace(main, element);
  main.dataset.page = route.page;
  document.title = `${title ?? route.name}: ${report.record.suite}`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.page === (parent ?? route.page)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  scrollTo(0, 0);
  say(document.title);
}

function head() {
  const numbers = { tests: report.tests.length, open: openCount(report), requirements: Object.keys(report.requirements).length, models: report.automata.length, peers: report.peers.length };
  const links = Object.entries(PAGES).filter(([, [title]]) => title).map(([page, [title]]) => h("a", { href: href(page), "data-page": page }, title, page in numbers ? h("small", {}, count(numbers[page])) : null));
  return [
    h("a", { class: "home", href: href("overview") }, outcomeBadge(report.record.outcome), h("strong", {}, report.record.suite)),
    h("nav", { "aria-label": "Pages" }, links),
    h("div", { class: "tools" }, h("button", { type: "button", id: "theme", "aria-label": "Dark or light", title: "Dark or light (t)", onclick: turn }, "◐"), h("button", { type: "button", "aria-label": "Keys and signs", title: "Keys and signs (?)", onclick: help }, "?")),
  ];
}

// -- theme

function turn() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  dress(dark ? "light" : "dark");
}

function dress(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("atmt-theme", theme);
  } catch {
    // local files may have no storage; then the choice lasts as long as the page
  }
}

function remembered() {
  try {
    const theme = localStorage.getItem("atmt-theme");
    if (theme === "dark" || theme === "light") dress(theme);
  } catch {
    // as above
  }
}

// -- keys

function help() {
  const dialog = h("dialog", { "aria-label": "Keys and signs" }, h("h2", {}, "Keys"), h("dl", { class: "keys" }, KEYS.map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)))), h("h2", {}, "Signs"), legend(meaning), h("p", { class: "hint" }, "A pass is no proof of conformance: it says that this conversation showed no violation."), h("form", { method: "dialog" }, h("button", { autofocus: true }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const typing = event.target.matches?.("input:not([type=range]):not([type=checkbox]), select, textarea");
  if (typing) return;
  const pages = Object.keys(PAGES).slice(0, 7);
  const view = document.querySelector(".run-view");
  if (event.key === "/") search(event);
  else if (/^[1-7]$/.test(event.key)) go(pages[Number(event.key) - 1]);
  else if (event.key === "?") help();
  else if (event.key === "t") turn();
  else if (event.key === "[" || event.key === "]") document.querySelector(`[data-key-shortcut="${event.key}"]`)?.click();
  else if (view && (event.key === "ArrowLeft" || event.key === "ArrowRight") && !event.target.matches?.("input")) view.step(event.key === "ArrowLeft" ? -1 : 1);
  else if (event.key === "j" && !event.target.closest?.(".virtual")) document.querySelector(".virtual [data-key]")?.focus();
}

function search(event) {
  event.preventDefault();
  const field = document.getElementById("search");
  if (field) field.focus();
  else {
    go("tests");
    addEventListener("hashchange", () => setTimeout(() => document.getElementById("search")?.focus()), { once: true });
  }
}

// -- start

async function start() {
  remembered();
  report = await openReport();
  replace(document.getElementById("top"), head());
  addEventListener("hashchange", show);
  addEventListener("keydown", pressed);
  await show();
  document.documentElement.dataset.ready = "yes";
}

start().catch((error) => {
  replace(main, h("div", { class: "page" }, h("h1", {}, "This report cannot be shown"), h("p", {}, "The browser cannot read the data in this file; it may be too old (it must know DecompressionStream), or the file is damaged. The same data is in report.json."), h("pre", {}, String(error))));
  throw error;
});
