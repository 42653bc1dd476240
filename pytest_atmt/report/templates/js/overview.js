// The first screen: what came out, what failed and why, and why to believe it.
import { h } from "./dom.js";
import { between, command, count, cut, date, many, natural, percent } from "./words.js";
import { copyButton } from "./dom.js";
import { badge, bar, outcomeSign, outcomeTone, outcomeBadge, outcomeRank, rank, sign, tone, VERDICTS, word, worst } from "./verdicts.js";
import { group, tally } from "./data.js";
import { facts } from "./packet.js";
import { sparkline } from "./spark.js";
import { sinceCard, sinceLine } from "./since.js";
import { trustCard } from "./trust.js";
import { href } from "./route.js";

const FIRST = 8; // groups of failures that are shown at once
const PEERS = 5; // that are named of a group

export function overviewPage(report) {
  return h(
    "div",
    { class: "page overview" },
    strip(report),
    troubles(report),
    sinceCard(report),
    h("div", { class: "pair" }, requirementStrips(report), h("div", { class: "stack" }, models(report), findings(report))),
    h("div", { class: "pair" }, trustCard(report), origin(report)),
  );
}

// -- verdict

function strip(report) {
  const { record, tests, missing } = report;
  const wanted = tests.length + missing.length;
  return h(
    "section",
    { class: `strip ${outcomeTone(record.outcome)}`, "aria-label": "Outcome" },
    h("div", { class: "verdict" }, h("span", { class: "glyph", "aria-hidden": "true" }, outcomeSign(record.outcome)), h("div", {}, h("h1", {}, record.outcome), h("p", {}, `${record.suite}: ${many(tests.length, "test")}${missing.length ? ` of ${count(wanted)}` : ""}, ${many(report.peers.length, "peer")}`)), sinceLine(report)),
    report.crowded() ? h("div", { class: "peer-lines crowd" }, worstFirst(report).map((peer) => peerLine(report, peer, true))) : h("div", { class: "peer-lines" }, report.peers.map((peer) => peerLine(report, peer))),
    h("ul", { class: "gates" }, (record.gates ?? []).filter((gate) => !gate.held).map((gate) => h("li", {}, h("strong", {}, gate.gate), " ", cut(gate.text, 220), h("small", {}, ` exit code ${gate.exit_code}`)))),
  );
}

function worstFirst(report) {
  const { peers } = report.record;
  const order = (peer) => outcomeRank(peers[peer].outcome);
  return [...report.peers].sort((a, b) => order(a) - order(b) || (peers[b].counts?.fail ?? 0) - (peers[a].counts?.fail ?? 0));
}

function peerLine(report, peer, brief = false) {
  const { counts = {}, outcome, title } = report.record.peers[peer];
  const shown = VERDICTS.filter((verdict) => counts[verdict]);
  const name = (verdict) => (brief ? h("span", { class: "unseen" }, verdict) : verdict);
  return h(
    "div",
    { class: "peer-line" },
    h("div", { class: "who" }, outcomeBadge(outcome ?? ""), h("a", { href: href("peers", peer), title }, peer)),
    bar(counts),
    h("div", { class: "counts" }, shown.map((verdict) => h("a", { class: `count ${tone(verdict)}`, title: verdict, href: href("tests", "", { v: verdict, peer }) }, h("span", { "aria-hidden": "true" }, sign(verdict)), ` ${count(counts[verdict])} `, name(verdict)))),
    brief ? null : h("div", { class: "levels" }, ["MUST", "SHOULD"].map((level) => levelLine(report, peer, level))),
  );
}

// "MUST 98 of 101 pass · 1 fail · 2 not verified · 4 not applicable"
function levelLine(report, peer, level) {
  const all = Object.values(report.requirements).filter((r) => r.level?.startsWith(level) && (r.category ?? "testable") === "testable" && report.concerns(r, peer));
  const found = tally(all, (r) => word(r.verdicts?.[peer] ?? ""));
  const applicable = all.length - (found["not applicable"] ?? 0);
  if (!applicable) return null;
  const rest = Object.entries(found).filter(([name]) => name !== "pass").sort(([a], [b]) => rank(a) - rank(b));
  return h("span", {}, h("strong", {}, level), ` ${found.pass ?? 0} of ${applicable} pass`, rest.map(([name, n]) => ` · ${n} ${name}`));
}

// -- what is not a pass

function troubles(report) {
  const bad = report.tests.filter((test) => ["fail", "error", "inconclusive", "could not run", "finding", "known deviation"].includes(test.verdict));
  const groups = [...group(bad, (test) => [`${test.verdict}|${whose(report, test)}|${test.signature || test.reason || test.name}`]).values()];
  groups.sort((a, b) => rank(a[0].verdict) - rank(b[0].verdict) || b.length - a.length);
  if (!groups.length) return h("section", { class: "card calm" }, h("h2", {}, "Failures"), h("p", {}, h("span", { class: "mark good", "aria-hidden": "true" }, "✓"), " None: nothing failed, and nothing was left in doubt."));
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "What did not pass", h("small", {}, `${many(bad.length, "test")}, alike ones together, worst first`)),
    h("ol", { class: "troubles" }, groups.slice(0, FIRST).map((tests) => trouble(report, tests))),
    groups.length > FIRST ? h("p", {}, h("a", { href: href("tests") }, `${many(groups.length - FIRST, "more kind")}; all ${many(bad.length, "test")} that did not pass`)) : null,
  );
}

// Many peers fail a test alike; of few, each fails in its own way, in several tests.
const whose = (report, test) => (report.crowded() && test.signature ? test.name : test.peer);

function trouble(report, tests) {
  const [test] = tests;
  const run = report.runs(test).at(-1);
  return h(
    "li",
    {},
    badge(test.verdict),
    h(
      "div",
      { class: "what" },
      h("a", { class: "objective", href: href("test", test.nodeid) }, test.objective, test.params ? h("code", {}, test.params) : null),
      h("p", { class: "why" }, test.reason),
      h("p", { class: "meta" }, h("span", {}, named([...new Set(tests.map((one) => one.peer))])), test.requirements.map((id) => h("a", { href: href("requirement", id) }, id)), tests.length > 1 ? h("a", { href: href("tests", "", { v: test.verdict, ...(whose(report, test) === test.peer ? { peer: test.peer } : { q: test.name }), s: test.signature || test.reason }) }, `and ${many(tests.length - 1, "test")} more like it`) : null),
    ),
    run ? h("div", { class: "trail" }, sparkline(run), h("small", {}, lastName(run))) : h("span"),
  );
}

const named = (peers) => (peers.length > PEERS ? `${peers.slice(0, PEERS - 1).join(", ")} and ${peers.length - PEERS + 1} more peers` : peers.join(", "));
const lastName = (run) => (run.edges.length ? run.automaton.edges[run.edges.at(-1)][2] : run.first);

// -- requirements

function requirementStrips(report) {
  const all = Object.values(report.requirements);
  const shown = all.filter((r) => !beyond(report, r));
  const sections = group(shown, (r) => [`${r.standard} ${r.section}`]);
  const judged = report.record.coverage?.requirements;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, h("a", { href: href("requirements") }, "Requirements"), judged ? h("small", {}, `${judged.seen} of ${judged.of} judged`) : null),
    h(
      "div",
      { class: "sections" },
      [...sections.entries()]
        .sort(([a], [b]) => natural(a, b))
        .map(([name, of]) => h("div", { class: "section-row" }, h("span", { class: "section-name" }, name), h("span", { class: "squares" }, of.map((r) => square(report, r))))),
    ),
    all.length > shown.length ? h("p", { class: "hint" }, h("a", { href: href("open") }, `${many(all.length - shown.length, "requirement")} that no test of this suite judges`)) : null,
  );
}

function square(report, requirement) {
  const verdicts = report.peers.map((peer) => requirement.verdicts?.[peer] ?? "");
  const seen = verdicts.filter(Boolean);
  const verdict = seen.length ? worst(seen) : "";
  const text = `${requirement.id}, ${requirement.level}: ${word(verdict)}. ${requirement.text}`;
  return h("a", { class: `square ${tone(verdict)}`, href: href("requirement", requirement.id), title: text, "aria-label": text }, h("span", { "aria-hidden": "true" }, verdict === "pass" ? "" : sign(verdict)));
}

// No test can judge it, or none does yet; and none did.
const beyond = (report, r) => (r.category ?? "testable") !== "testable" && !report.peers.some((peer) => r.verdicts?.[peer]);

// -- models, findings

function models(report) {
  const total = report.record.coverage?.total ?? {};
  return h(
    "section",
    { class: "card" },
    h("h2", {}, h("a", { href: href("models") }, "Models"), h("small", {}, "what of the automata was exercised")),
    h(
      "table",
      { class: "small" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "automaton"), h("th", { scope: "col" }, "states"), h("th", { scope: "col" }, "transitions"))),
      h("tbody", {}, report.automata.filter((a) => total[a.name]).map((a) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: href("model", a.name) }, a.name)), ["states", "transitions"].map((kind) => h("td", {}, share(total[a.name][kind])))))),
    ),
  );
}

export function share(part) {
  if (!part?.of) return h("span", { class: "hint" }, "none");
  return h("span", { class: "share" }, h("span", { class: "meter", "aria-hidden": "true", vars: { "--share": `${percent(part.seen, part.of)}%` } }), `${part.seen} of ${part.of}`);
}

function findings(report) {
  const found = report.peers.flatMap((peer) => (report.record.peers[peer].findings ?? []).map((text) => [peer, text]));
  const away = report.automata.flatMap((a) => (report.record.coverage?.total?.[a.name]?.unforeseen ?? []).map((text) => [a.name, `step that its code does not show: ${text}`]));
  const all = [...found, ...away];
  return h("section", { class: "card" }, h("h2", {}, "Findings", h("small", {}, "claims against what was seen")), all.length ? h("ul", { class: "plain" }, all.map(([who, text]) => h("li", {}, h("strong", {}, who), " ", text))) : h("p", {}, "None: every peer does what it claims."));
}

// -- origin

function origin(report) {
  const { record } = report;
  const runs = record.provenance ?? [];
  const [first = {}] = runs;
  const line = command(["pytest", ...(first.command ?? [])]);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Origin"),
    h("div", { class: "reproduce" }, h("code", {}, line), copyButton(line)),
    runs.length > 1 ? h("p", { class: "hint" }, `Merged from ${runs.length} runs; this is the first one's command.`) : null,
    facts([
      ["began", `${date(record.began)}${record.ended ? `, took ${between(record.began, record.ended)}` : ""}`],
      ["versions", Object.entries(first.versions ?? {}).map(([name, version]) => `${name} ${version}`).join(", ")],
      ["python", first.python],
      ["kernel", [first.kernel, first.machine].filter(Boolean).join(", ")],
      ["suite", hash(first.suite)],
      ["catalogue", hash(first.catalogue)],
      ["atmt", hash(first.atmt)],
      ["seeds", Object.entries(first.seeds ?? {}).filter(([, v]) => v).map(([k, v]) => `${k}=${v}`).join(" ")],
    ]),
  );
}

const hash = (of) => (of?.sha256 ? `${of.sha256.slice(0, 12)} (${many(of.files, "file")})` : "");
