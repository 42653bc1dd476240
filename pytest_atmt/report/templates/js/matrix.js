// Peers beside each other: requirements, tests, and what they do where all of them are right.
import { h, replace, say } from "./dom.js";
import { mark, outcomeBadge, rank, sign, tone, word } from "./verdicts.js";
import { group, lastState, states } from "./data.js";
import { virtualList } from "./list.js";
import { choice } from "./tests.js";
import { href, note } from "./route.js";
import { many, natural } from "./words.js";

const ROW = 34;
const AXES = { "": "requirements × peers", tests: "tests × peers", behaviour: "behaviour where all are right" };

export function matrixPage(report, { query }) {
  const state = { axis: query.get("axis") ?? "", differ: query.get("differ") ?? "", level: query.get("level") ?? "" };
  const holder = h("div", { class: "holder" });
  const total = h("p", { class: "total" });
  const change = (changes) => {
    Object.assign(state, changes);
    note(state);
    draw();
  };
  function draw() {
    const rows = rowsOf(report, state);
    const n = rows.filter((row) => !row.section).length;
    total.textContent = many(n, "row");
    say(total.textContent);
    const build = (row, at) => (row.section ? sectionRow(row, at) : dataRow(report, row, at));
    replace(holder, rows.length ? virtualList(rows, ROW, build, { label: AXES[state.axis], role: "table", head: headRow(report) }).node : h("p", { class: "empty" }, report.peers.length < 2 && state.differ ? "There is but one peer, so there are no differences." : "Nothing to show."));
  }
  draw();
  return h(
    "div",
    { class: "page matrix" },
    h("h1", { class: "unseen" }, "Matrix"),
    h(
      "div",
      { class: "filters" },
      choice("Rows", AXES, state.axis, (axis) => change({ axis })),
      choice("Level", { "": "all levels", MUST: "MUST", SHOULD: "SHOULD", MAY: "MAY" }, state.level, (level) => change({ level })),
      h("label", { class: "check" }, h("input", { type: "checkbox", checked: state.differ === "1", onchange: (e) => change({ differ: e.target.checked ? "1" : "" }) }), "only differences"),
      total,
    ),
    holder,
  );
}

function rowsOf(report, { axis, differ, level }) {
  const made = axis === "tests" ? testRows(report) : axis === "behaviour" ? behaviourRows(report) : requirementRows(report);
  const kept = made.filter((row) => (!level || row.levels.some((l) => l.startsWith(level))) && (!differ || row.differs));
  const apart = differ || axis === "behaviour" ? [] : kept.filter((row) => row.differs);
  const alike = apart.length ? kept.filter((row) => !row.differs) : kept;
  const sections = [...group(alike, (row) => [row.group]).entries()].sort(([a], [b]) => natural(a, b));
  if (apart.length) sections.unshift(["Where the peers differ", apart]); // what a reader of a matrix comes for
  return sections.flatMap(([section, rows]) => [{ section, n: rows.length }, ...rows]);
}

const unlike = (values) => new Set(values).size > 1;

function requirementRows(report) {
  return Object.values(report.requirements).map((r) => {
    const verdicts = report.peers.map((peer) => r.verdicts?.[peer] ?? "");
    return { group: `${r.standard} §${r.section}`, name: r.id, text: r.text, link: href("requirement", r.id), levels: [r.level], differs: unlike(verdicts), cells: verdicts.map((verdict) => ({ verdict, link: href("requirement", r.id), title: `${r.level}: ${word(verdict)}` })) };
  });
}

function testRows(report) {
  return report.rows().map(({ tests, by }) => {
    const [test] = tests;
    const cells = report.peers.map((peer) => (by[peer] ? { verdict: by[peer].verdict, link: href("test", by[peer].nodeid), title: by[peer].reason || by[peer].verdict } : { verdict: "", link: null, title: "not run" }));
    return { group: test.file, name: test.objective, text: test.params, link: href("test", test.nodeid), levels: levels(report, test), differs: unlike(cells.map((c) => c.verdict)), cells };
  });
}

const levels = (report, test) => test.requirements.map((id) => report.requirements[id]?.level ?? "");

// Tests that every peer passes, but not in the same way: what the standard leaves free.
function behaviourRows(report) {
  const right = ({ by }) => report.peers.every((peer) => !by[peer] || ["pass", "information"].includes(by[peer].verdict));
  return report
    .rows()
    .filter((row) => row.tests.length > 1 && right(row) && unlike(row.tests.map((test) => report.runs(test).map((run) => [run.first, ...run.edges].join()).join("|"))))
    .map(({ tests, by }) => ({
      group: tests[0].file,
      name: tests[0].objective,
      text: tests[0].params,
      link: href("test", tests[0].nodeid),
      levels: levels(report, tests[0]),
      differs: true,
      cells: report.peers.map((peer) => (by[peer] ? { value: ends(report, by[peer], tests), link: href("test", by[peer].nodeid), title: by[peer].verdict } : { verdict: "", link: null, title: "not run" })),
    }));
}

// Where it ended, through which states that not every peer came through, and after how many steps.
function ends(report, test, tests) {
  const shared = tests.map((one) => new Set(report.runs(one).flatMap(states)));
  return report
    .runs(test)
    .map((run) => {
      const last = lastState(run);
      const own = [...new Set(states(run))].filter((name) => name !== last && !shared.every((names) => names.has(name)));
      return `${last}${own.length ? ` by ${own.join(", ")}` : ""} · ${many(run.edges.length, "step")}`;
    })
    .join("; ");
}

// -- rows

function headRow(report) {
  return h(
    "div",
    { class: "matrix-row head", role: "row", "aria-rowindex": "1", vars: { "--peers": report.peers.length } },
    h("span", { role: "columnheader" }, ""),
    report.peers.map((peer) => h("span", { role: "columnheader" }, h("a", { href: href("peers", peer) }, peer), outcomeBadge(report.record.peers[peer].outcome ?? ""))),
  );
}

function sectionRow({ section, n }, at) {
  return h("div", { class: "matrix-row section", role: "row", "data-n": at }, h("span", { role: "rowheader" }, section, h("small", {}, ` ${n}`)));
}

function dataRow(report, row, at) {
  return h(
    "div",
    { class: `matrix-row ${row.differs ? "differs" : ""}`, role: "row", "data-n": at, vars: { "--peers": report.peers.length } },
    h("span", { role: "rowheader" }, h("a", { href: row.link, "data-key": row.name + row.text, title: `${row.name} ${row.text}` }, row.name), h("small", {}, row.text)),
    row.cells.map(({ verdict, value, link, title }) => h("span", { role: "cell", class: "cell" }, value ? h("a", { href: link, class: "value", title }, value) : link ? h("a", { href: link, class: `tile ${tone(verdict)}`, title }, h("span", { class: "unseen" }, word(verdict)), h("span", { "aria-hidden": "true" }, sign(verdict)), h("small", { "aria-hidden": "true" }, letter(verdict))) : mark(""))),
  );
}

// A letter beside the sign, for those who compare across a printed page.
function letter(verdict) {
  return rank(verdict) < 99 ? { pass: "P", fail: "F", error: "E", finding: "W", inconclusive: "I", "not applicable": "N/A", "could not run": "U", "known deviation": "K", information: "i" }[verdict] ?? "" : "";
}
