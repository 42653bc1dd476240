// The catalogue: every requirement with its verdicts, and the tests that judge it.
import { h, replace } from "./dom.js";
import { badge, mark, rank, word } from "./verdicts.js";
import { group } from "./data.js";
import { facts } from "./packet.js";
import { choice, testRow } from "./tests.js";
import { virtualList } from "./list.js";
import { href, note } from "./route.js";
import { many, natural } from "./words.js";

export function requirementsPage(report, { query }) {
  const state = { q: query.get("q") ?? "", level: query.get("level") ?? "", v: query.get("v") ?? "" };
  const all = Object.values(report.requirements);
  const levels = [...new Set(all.map((r) => r.level))].sort();
  const verdicts = [...new Set(all.flatMap((r) => report.peers.map((peer) => word(r.verdicts?.[peer] ?? ""))))].sort();
  const holder = h("div", {});
  const change = (changes) => {
    Object.assign(state, changes);
    note(state);
    draw();
  };
  const draw = () => replace(holder, table(report, all.filter((r) => fits(report, r, state))));
  draw();
  return h(
    "div",
    { class: "page" },
    h("h1", {}, "Requirements"),
    h(
      "div",
      { class: "filters" },
      h("input", { type: "search", id: "search", placeholder: "Search…  ( / )", "aria-label": "Search requirements", value: state.q, oninput: (e) => change({ q: e.target.value }) }),
      choice("Level", { "": "all levels", ...same(levels) }, state.level, (level) => change({ level })),
      choice("Verdict", { "": "all verdicts", ...same(verdicts) }, state.v, (v) => change({ v })),
    ),
    holder,
  );
}

const same = (names) => Object.fromEntries(names.map((name) => [name, name]));

function fits(report, r, { q, level, v }) {
  if (level && r.level !== level) return false;
  if (v && !report.peers.some((peer) => word(r.verdicts?.[peer] ?? "") === v)) return false;
  return q.toLowerCase().split(/\s+/).every((part) => `${r.id} ${r.text}`.toLowerCase().includes(part));
}

function table(report, requirements) {
  const sections = [...group(requirements, (r) => [`${r.standard} §${r.section}`]).entries()].sort(([a], [b]) => natural(a, b));
  if (!sections.length) return h("p", { class: "empty" }, "No requirement fits.");
  return h(
    "div",
    { class: `card scroll catalogue ${report.crowded() ? "crowded" : ""}`, tabindex: "0", role: "group", "aria-label": "Requirements with their verdicts" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ["requirement", "level", "what it says"].map((text) => h("th", { scope: "col" }, text)), report.peers.map((peer) => h("th", { scope: "col" }, h("a", { class: report.crowded() ? "upright" : "", href: href("peers", peer) }, peer))))),
      sections.map(([name, rows]) => h("tbody", {}, h("tr", { class: "section" }, h("th", { scope: "rowgroup", colspan: 3 + report.peers.length }, name)), rows.map((r) => row(report, r)))),
    ),
  );
}

function row(report, r) {
  const off = (r.category ?? "testable") !== "testable";
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("a", { href: href("requirement", r.id) }, r.id)),
    h("td", {}, h("span", { class: `level ${r.level.split(" ")[0].toLowerCase()}` }, r.level)),
    h("td", {}, r.text, off ? h("small", {}, ` ${r.category}: ${r.reason}`) : null),
    report.peers.map((peer) => h("td", { class: "cell" }, report.concerns(r, peer) ? mark(r.verdicts?.[peer] ?? "") : null)),
  );
}

export function requirementPage(report, { name }) {
  const r = report.requirements[name];
  const tests = [...report.testsOf(name)].sort((a, b) => rank(a.verdict) - rank(b.verdict));
  if (!r) return h("div", { class: "page" }, h("h1", {}, "No such requirement"), h("a", { href: href("requirements") }, "All requirements"));
  const kept = report.keptFrom(name);
  const torn = report.peers.filter((peer) => disagree(tests.filter((test) => test.peer === peer)));
  return h(
    "div",
    { class: "page" },
    h("div", { class: "crumbs" }, h("a", { href: href("requirements") }, "Requirements")),
    h("h1", {}, r.id),
    h("section", { class: "card" }, h("p", { class: "said" }, h("span", { class: `level ${r.level.split(" ")[0].toLowerCase()}` }, r.level), " ", r.text), facts([["from", `${r.standard}, section ${r.section}`], ["of whom", r.role], ["basis", r.basis], ["category", r.category], ["why", r.reason], ["applies if", r.applies_if]])),
    h("section", { class: "card" }, h("h2", {}, "Verdicts"), h("table", { class: "small" }, h("tbody", {}, report.peers.map((peer) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: href("peers", peer) }, peer)), h("td", {}, r.verdicts?.[peer] ? badge(r.verdicts[peer]) : h("span", { class: "badge off" }, "not verified")), h("td", {}, because(report, r, peer)))))), torn.length ? h("p", { class: "divergence" }, `Its tests contradict each other for ${torn.join(", ")}: some pass, some fail.`) : null),
    h("section", { class: "card" }, h("h2", {}, "Judged by", h("small", {}, many(tests.length, "test"))), tests.length ? list(report, tests, "Tests that judge it") : h("p", {}, "No test of this run judges it.")),
    kept.length ? h("section", { class: "card" }, h("h2", {}, "Could not be judged by", h("small", {}, `${many(kept.length, "test")} that broke off over another requirement`)), list(report, kept, "Tests that could not judge it")) : null,
  );
}

function list(report, tests, label) {
  return h("div", { class: "holder short", vars: { "--high": `${Math.min(12, tests.length) * 52 + 4}px` } }, virtualList(tests, 52, (test, n) => testRow(report, test, n), { label }).node);
}

function disagree(tests) {
  return tests.some((test) => test.verdict === "pass") && tests.some((test) => ["fail", "finding"].includes(test.verdict));
}

// The claims that decide whether it applies.
function because(report, r, peer) {
  if (!r.applies_if) return "";
  const { claimed = {}, observed = {} } = report.record.peers[peer];
  const names = Object.keys(claimed).filter((name) => new RegExp(`\\b${name.replace(/\W/g, "\\$&")}\\b`).test(r.applies_if));
  return names.map((name) => `${name}: ${said(claimed[name])}${claimed[name] === null ? `, observed ${said(observed[name])}` : ""}`).join("; ");
}

export const said = (value) => (value === true ? "yes" : value === false ? "no" : "not stated");
