// What changed since the run before, and how the runs up to this one came out.
import { h } from "./dom.js";
import { outcomeSign, outcomeTone, outcomeBadge } from "./verdicts.js";
import { href } from "./route.js";
import { count, date, many } from "./words.js";

const KINDS = {
  "new failure": ["✗", "bad", "newly failing"],
  "other failure": ["✗", "bad", "failing otherwise"],
  lost: ["?", "odd", "verdict lost"],
  fixed: ["✓", "good", "fixed"],
  new: ["+", "note", "new"],
};
const NAMED = 6; // changes of a kind that are named at once
const BARS = 20; // runs in the strip

export function sinceCard(report) {
  const { delta, history = [], settings = {} } = report.record;
  if (!delta && !history.length && !settings.baseline) return null;
  return h(
    "section",
    { class: "card since" },
    h("h2", {}, "What changed", delta ? h("small", {}, `since the run of ${date(delta.since)}`) : null),
    history.length ? strip(report, history) : null,
    delta ? changes(report, delta) : null,
    settings.baseline ? known(report, settings.baseline) : null,
  );
}

// The same in a line, for the head of the first screen.
export function sinceLine(report) {
  const { delta, settings = {} } = report.record;
  if (!delta && !settings.baseline) return null;
  const kinds = delta ? Object.keys(KINDS).filter((kind) => delta.counts[kind]) : [];
  const told = kinds.map((kind) => [KINDS[kind][1], `${KINDS[kind][0]} ${count(delta.counts[kind])} ${KINDS[kind][2]}`]);
  if (delta && !kinds.length) told.push(["good", "= as before"]);
  if (settings.baseline) told.push(["warn", `≈ ${count(excused(report))} of ${count(settings.baseline.length)} known deviations`]);
  const down = () => document.querySelector(".since").scrollIntoView({ block: "center" });
  return h("button", { type: "button", class: "since-line", onclick: down, title: "What changed" }, delta ? h("small", {}, `since ${date(delta.since)}`) : null, told.map(([tone, text]) => h("span", { class: tone }, text)));
}

const excused = (report) => report.tests.filter((test) => test.verdict === "known deviation").length;

// -- since the run before

function changes(report, { counts, changes: all }) {
  if (!all.length) return h("p", {}, h("span", { class: "mark good", "aria-hidden": "true" }, "="), " Every test came out as it did then.");
  return h("div", { class: "delta" }, Object.keys(KINDS).filter((kind) => counts[kind]).map((kind) => group(report, kind, counts[kind], all.filter((change) => change.kind === kind))));
}

function group(report, kind, n, named) {
  const [sign, tone, text] = KINDS[kind];
  const lines = named.map((change) => h("li", {}, nameOf(report, change.nodeid), change.before && kind !== "other failure" ? h("small", {}, ` ${change.before} → ${change.after}`) : null));
  const more = n - named.length;
  return h(
    "div",
    { class: `change ${tone}` },
    h("h3", {}, h("span", { class: `mark ${tone}`, "aria-hidden": "true" }, sign), ` ${count(n)} ${text}`),
    h("ul", { class: "plain" }, lines.slice(0, NAMED)),
    lines.length > NAMED ? h("details", {}, h("summary", {}, `${count(n - NAMED)} more`), h("ul", { class: "plain" }, lines.slice(NAMED)), more > 0 ? h("p", { class: "hint" }, `${many(more, "more")} in report.json`) : null) : null,
  );
}

function nameOf(report, nodeid) {
  const test = report.byNodeid.get(nodeid);
  if (!test) return h("code", {}, nodeid.replace(/^.*::/, ""));
  return h("a", { href: href("test", nodeid), title: nodeid }, test.objective, test.params ? h("code", {}, test.params) : null, report.peers.length > 1 ? h("small", {}, ` ${test.peer}`) : null);
}

// -- the runs before

function strip(report, history) {
  const runs = [...history.slice(1 - BARS), { began: report.record.began, outcome: report.record.outcome, counts: tally(report) }];
  const most = Math.max(...runs.map((run) => bad(run) + good(run)), 1);
  return h("ol", { class: "runs", "aria-label": "The last runs, this one last" }, runs.map((run, n) => bar(run, most, n === runs.length - 1)));
}

function bar(run, most, now) {
  const text = `${date(run.began)}: ${run.outcome}, ${Object.entries(run.counts).map(([verdict, n]) => `${n} ${verdict}`).join(", ")}`;
  return h("li", { class: `${outcomeTone(run.outcome)} ${now ? "now" : ""}`, title: text, vars: { "--high": (bad(run) + good(run)) / most, "--bad": bad(run) / Math.max(1, bad(run) + good(run)) } }, h("span", { class: "unseen" }, text), h("span", { "aria-hidden": "true" }, outcomeSign(run.outcome)));
}

const bad = (run) => (run.counts.fail ?? 0) + (run.counts.error ?? 0);
const good = (run) => run.counts.pass ?? 0;

function tally(report) {
  const found = {};
  for (const test of report.tests) found[test.verdict] = (found[test.verdict] ?? 0) + 1;
  return found;
}

// -- against the baseline

function known(report, baseline) {
  const fresh = report.tests.filter((test) => test.verdict === "fail").length;
  const gate = (report.record.gates ?? []).find((one) => one.gate === "baseline");
  return h("p", {}, h("strong", {}, "Baseline: "), `${many(baseline.length, "known deviation")}, of which ${count(excused(report))} happened; ${many(fresh, "failure")} that it does not know. `, gate && !gate.held ? h("span", {}, outcomeBadge("FAIL"), ` ${gate.text}`) : null);
}
