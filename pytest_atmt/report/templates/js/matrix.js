// Peers beside each other: requirements, tests, and what they do where all of them are right.
import { h, replace, say } from "./dom.js";
import { mark, outcomeBadge, outcomeSign, outcomeTone, sign, tone, word } from "./verdicts.js";
import { group } from "./data.js";
import { virtualList } from "./list.js";
import { pairRows } from "./pairs.js";
import { choice } from "./tests.js";
import { href, note } from "./route.js";
import { behaviourRows, levels, unlike, valueList, valueRows } from "./values.js";
import { many, natural } from "./words.js";

const ROW = 34;
const SLIM = 28; // of a row where there are many peers
const AXES = {
  "": "requirements × peers",
  tests: "tests × peers",
  pairs: "clients × servers",
  values: "what the standard leaves free",
  behaviour: "ways where all are right",
};
const HINTS = {
  pairs: "Each judged on its own, not with each other: what both can do, and which MUSTs each of the two misses.",
  values: "What each peer does where the standard leaves it free, as tests saw it. Nothing here is judged.",
  behaviour: "Tests that every peer passes, but not in the same way.",
};
const ROWS = { "": requirementRows, tests: testRows, pairs: pairRows, values: valueRows, behaviour: behaviourRows };

// The axes that this record has anything for.
function axes(report) {
  const has = { pairs: report.clients.length && report.servers.length, values: Object.keys(report.record.fingerprints ?? {}).length };
  return Object.fromEntries(Object.entries(AXES).filter(([axis]) => has[axis] ?? true));
}

export function matrixPage(report, { query }) {
  const state = Object.fromEntries(["axis", "differ", "level", "q", "role"].map((name) => [name, query.get(name) ?? ""]));
  const holder = h("div", { class: "holder" });
  const total = h("p", { class: "total" });
  const hint = h("p", { class: "hint axis-hint" });
  const level = choice("Level", { "": "all levels", MUST: "MUST", SHOULD: "SHOULD", MAY: "MAY" }, state.level, (chosen) => change({ level: chosen }));
  const role = choice("Columns", { "": "all peers", server: "servers", client: "clients" }, state.role, (chosen) => change({ role: chosen }));
  const change = (changes) => {
    Object.assign(state, changes);
    note(state);
    draw();
  };
  function draw() {
    const peers = columnsOf(report, state);
    const rows = rowsOf(report, state, peers);
    total.textContent = many(rows.filter((row) => !row.section).length, "row");
    say(total.textContent);
    level.hidden = state.axis === "pairs" || state.axis === "values"; // they are of no level
    role.hidden = state.axis === "pairs" || !report.clients.length || !report.servers.length;
    hint.textContent = HINTS[state.axis] ?? "";
    replace(holder, table(report, rows, peers, state));
  }
  draw();
  return h(
    "div",
    { class: "page matrix" },
    h("h1", { class: "unseen" }, "Matrix"),
    h(
      "div",
      { class: "filters" },
      choice("Rows", axes(report), state.axis, (axis) => change({ axis })),
      role,
      level,
      h("input", { type: "search", id: "search", placeholder: "Search…  ( / )", "aria-label": "Search the matrix", value: state.q, oninput: (event) => change({ q: event.target.value }) }),
      h("label", { class: "check" }, h("input", { type: "checkbox", checked: state.differ === "1", onchange: (e) => change({ differ: e.target.checked ? "1" : "" }) }), "only differences"),
      total,
    ),
    hint,
    holder,
  );
}

function columnsOf(report, { axis, role }) {
  if (axis === "pairs") return report.servers;
  return { server: report.servers, client: report.clients }[role] ?? report.peers;
}

function table(report, rows, peers, { axis, differ }) {
  if (!rows.length) return h("p", { class: "empty" }, peers.length < 2 && differ ? "There is but one peer, so there are no differences." : "Nothing to show.");
  const crowded = report.crowded(peers);
  if (crowded && (axis === "values" || axis === "behaviour")) return valueList(rows, peers);
  const build = (row, at) => (row.section ? sectionRow(row, at) : dataRow(row, at, peers, crowded));
  const { node } = virtualList(rows, crowded ? SLIM : ROW, build, { label: AXES[axis], role: "table", head: headRow(report, peers, crowded) });
  node.classList.toggle("crowded", crowded);
  return node;
}

function rowsOf(report, { axis, differ, level, q }, peers) {
  const made = (ROWS[axis] ?? requirementRows)(report, peers);
  const words = q.toLowerCase().split(/\s+/);
  const kept = made.filter((row) => (!level || !row.levels || row.levels.some((l) => l.startsWith(level))) && (!differ || row.differs) && (!q || words.every((part) => `${row.name} ${row.text} ${row.group}`.toLowerCase().includes(part))));
  const apart = differ || axis in HINTS ? [] : kept.filter((row) => row.differs);
  const alike = apart.length ? kept.filter((row) => !row.differs) : kept;
  const sections = [...group(alike, (row) => [row.group]).entries()].sort(([a], [b]) => natural(a, b));
  if (apart.length) sections.unshift(["Where the peers differ", apart]); // what a reader of a matrix comes for
  if (axis in HINTS && sections.length === 1) return sections[0][1]; // one heading over all says nothing
  return sections.flatMap(([section, rows]) => [{ section, n: rows.length }, ...rows]);
}

function requirementRows(report, peers) {
  const shown = Object.values(report.requirements).filter((r) => peers.some((peer) => report.concerns(r, peer)));
  return shown.map((r) => {
    const link = href("requirement", r.id);
    const verdicts = peers.filter((peer) => report.concerns(r, peer)).map((peer) => r.verdicts?.[peer] ?? "");
    const cells = peers.map((peer) => {
      const verdict = r.verdicts?.[peer] ?? "";
      return report.concerns(r, peer) ? { verdict, link, title: `${peer}: ${word(verdict)} (${r.level})` } : { empty: `says nothing of a ${report.clients.includes(peer) ? "client" : "server"}` };
    });
    return { group: `${r.standard} §${r.section}`, name: r.id, text: r.text, link, levels: [r.level], differs: unlike(verdicts), cells };
  });
}

function testRows(report, peers) {
  return report.rows().filter(({ by }) => peers.some((peer) => by[peer])).map((row) => new TestRow(report, peers, row));
}

// Cells are made when the row is drawn: of 10,000 rows a reader sees 30.
class TestRow {
  constructor(report, peers, { tests, by }) {
    [this.report, this.peers, this.test, this.by] = [report, peers, tests[0], by];
    this.differs = unlike(peers.filter((peer) => by[peer]).map((peer) => by[peer].verdict));
  }

  get group() {
    return this.test.file;
  }

  get name() {
    return this.test.objective;
  }

  get text() {
    return this.test.params;
  }

  get link() {
    return href("test", this.test.nodeid);
  }

  get levels() {
    return levels(this.report, this.test);
  }

  get cells() {
    return this.peers.map((peer) => {
      const test = this.by[peer];
      return test ? { verdict: test.verdict, link: href("test", test.nodeid), title: `${peer}: ${test.reason || test.verdict}` } : { verdict: "", link: null, title: "not run" };
    });
  }
}

// -- rows

function headRow(report, peers, crowded) {
  const outcome = (peer) => report.record.peers[peer].outcome ?? "";
  const sign = (peer) => h("span", { class: `mark ${outcomeTone(outcome(peer))}`, role: "img", "aria-label": outcome(peer) }, outcomeSign(outcome(peer)));
  return h(
    "div",
    { class: "matrix-row head", role: "row", "aria-rowindex": "1", vars: { "--peers": peers.length } },
    h("span", { role: "columnheader" }, ""),
    peers.map((peer) => h("span", { role: "columnheader", title: `${peer}: ${outcome(peer)}` }, h("a", { href: href("peers", peer) }, peer), crowded ? sign(peer) : outcomeBadge(outcome(peer)))),
  );
}

function sectionRow({ section, n }, at) {
  return h("div", { class: "matrix-row section", role: "row", "data-n": at }, h("span", { role: "rowheader" }, section, h("small", {}, ` ${n}`)));
}

function dataRow(row, at, peers, crowded) {
  const title = row.link ? h("a", { href: row.link, "data-key": row.name + row.text, title: `${row.name} ${row.text}` }, row.name) : h("span", { title: row.name }, row.name);
  return h(
    "div",
    { class: `matrix-row ${row.differs ? "differs" : ""}`, role: "row", "data-n": at, vars: { "--peers": peers.length } },
    h("span", { role: "rowheader" }, title, h("small", {}, row.text)),
    row.cells.map((cell) => h("span", { role: "cell", class: "cell" }, content(cell, crowded))),
  );
}

function content({ verdict, value, brief, link, title, empty }, crowded) {
  if (empty) return h("span", { class: "unseen" }, empty);
  if (value !== undefined && crowded && brief) return h("a", { href: link, class: `tile ${tone(verdict)}`, title }, brief);
  if (value !== undefined) return [verdict ? mark(verdict) : null, verdict ? " " : null, link ? h("a", { href: link, class: "value", title }, value) : h("span", { class: "value", title }, value)];
  if (!link) return mark("");
  return h("a", { href: link, class: `tile ${tone(verdict)}`, title }, h("span", { class: "unseen" }, word(verdict)), h("span", { "aria-hidden": "true" }, sign(verdict)), h("small", { "aria-hidden": "true" }, letter(verdict)));
}

// A letter beside the sign, for those who compare across a printed page.
function letter(verdict) {
  return { pass: "P", fail: "F", error: "E", finding: "W", inconclusive: "I", "not applicable": "N/A", "could not run": "U", "known deviation": "K", information: "i" }[verdict] ?? "";
}
