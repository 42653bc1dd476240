// All tests: filtered, sorted, and only those in sight drawn.
import { h, replace, say } from "./dom.js";
import { virtualList } from "./list.js";
import { badge, mark, rank, sign, tone, VERDICTS } from "./verdicts.js";
import { tally } from "./data.js";
import { sparkline } from "./spark.js";
import { href, note } from "./route.js";
import { count, many, seconds } from "./words.js";

const ORDERS = { "": "worst first", file: "as collected", slow: "slowest first" };
const ROW = 52;

export function testsPage(report, { query }) {
  const state = { v: query.get("v") ?? "", peer: query.get("peer") ?? "", q: query.get("q") ?? "", s: query.get("s") ?? "", sort: query.get("sort") ?? "" };
  const holder = h("div", { class: "holder" });
  const total = h("p", { class: "total" });
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Verdicts" });

  function change(changes) {
    Object.assign(state, changes);
    note(state);
    draw();
  }

  function draw() {
    const some = report.tests.filter((test) => fits(test, { ...state, v: "" }));
    const shown = sorted(some.filter((test) => !state.v || state.v === test.verdict), state.sort);
    report.shown = shown; // what "next test" means on a test's own page
    replace(chips, chip("", some.length), Object.entries(tally(some, (test) => test.verdict)).sort(([a], [b]) => rank(a) - rank(b)).map(([verdict, n]) => chip(verdict, n)));
    total.textContent = shown.length === report.tests.length ? many(shown.length, "test") : `${count(shown.length)} of ${many(report.tests.length, "test")}`;
    say(total.textContent);
    replace(holder, shown.length ? virtualList(shown, ROW, (test, n) => testRow(report, test, n), { label: "Tests" }).node : h("p", { class: "empty" }, "No test fits. ", h("a", { href: href("tests") }, "Show all")));
  }

  function chip(verdict, n) {
    const on = state.v === verdict;
    return h("button", { type: "button", class: `chip ${verdict ? tone(verdict) : ""}`, "aria-pressed": String(on), onclick: () => change({ v: on ? "" : verdict }) }, verdict ? h("span", { "aria-hidden": "true" }, sign(verdict)) : null, ` ${verdict || "all"} `, h("b", {}, count(n)));
  }

  const page = h(
    "div",
    { class: "page tests" },
    h("h1", { class: "unseen" }, "Tests"),
    h(
      "div",
      { class: "filters" },
      h("input", { type: "search", id: "search", placeholder: "Search…  ( / )", "aria-label": "Search tests", value: state.q, oninput: (event) => change({ q: event.target.value }) }),
      choice("Peer", { "": "all peers", ...Object.fromEntries(report.peers.map((peer) => [peer, peer])) }, state.peer, (peer) => change({ peer })),
      choice("Order", ORDERS, state.sort, (sort) => change({ sort })),
      total,
    ),
    chips,
    state.s ? h("p", { class: "chosen-signature" }, `Only: ${state.s} `, h("a", { href: href("tests") }, "show all")) : null,
    holder,
  );
  draw();
  return page;
}

export function choice(label, options, value, change) {
  return h("label", { class: "choice" }, h("span", { class: "unseen" }, label), h("select", { onchange: (event) => change(event.target.value) }, Object.entries(options).map(([key, text]) => h("option", { value: key, selected: key === value }, text))));
}

export function testRow(report, test, n) {
  const run = report.runs(test).at(-1);
  return h(
    "div",
    { class: "test-row", "data-n": n },
    h(
      "a",
      { href: href("test", test.nodeid), "data-key": test.nodeid, title: test.nodeid },
      mark(test.verdict),
      h("span", { class: "what" }, h("span", { class: "objective" }, test.objective, test.params ? h("code", {}, test.params) : null), h("small", {}, test.reason || test.requirements.join(", "))),
      h("span", { class: "peer" }, test.peer),
      h("span", { class: "trail" }, run ? sparkline(run) : null),
      h("span", { class: "took" }, seconds(test.seconds)),
    ),
  );
}

function fits(test, { v, peer, q, s }) {
  if (v && test.verdict !== v) return false;
  if (peer && test.peer !== peer) return false;
  if (s && test.signature !== s && test.reason !== s) return false;
  if (!q) return true;
  test.words ??= [test.nodeid, test.objective, test.reason, ...test.requirements].join("\n").toLowerCase();
  return q.toLowerCase().split(/\s+/).every((part) => test.words.includes(part));
}

function sorted(tests, order) {
  if (order === "slow") return [...tests].sort((a, b) => b.seconds - a.seconds);
  return order === "file" ? tests : [...tests].sort((a, b) => rank(a.verdict) - rank(b.verdict));
}

export const legend = (meaning) => h("dl", { class: "legend" }, VERDICTS.map((verdict) => h("div", {}, h("dt", {}, badge(verdict)), h("dd", {}, meaning(verdict)))));
