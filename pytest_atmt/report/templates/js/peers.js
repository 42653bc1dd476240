// The peers: what each claims, what was seen of it, what it does not meet, and where it comes from.
import { h } from "./dom.js";
import { badge, bar, mark, outcomeBadge, rank } from "./verdicts.js";
import { facts } from "./packet.js";
import { said } from "./requirements.js";
import { href } from "./route.js";
import { many } from "./words.js";

const COLUMNS = ["outcome", "peer", "role", "version", "clock", "tests", "MUST", "SHOULD"];

export function peersPage(report, { name }) {
  const one = report.peers.includes(name);
  const names = one ? [name] : report.peers;
  const abilities = [...new Set(names.flatMap((peer) => Object.keys(report.record.peers[peer].claimed ?? {})))];
  return h(
    "div",
    { class: "page" },
    one ? h("div", { class: "crumbs" }, h("a", { href: href("peers") }, "Peers")) : null,
    h("h1", {}, one ? name : "Peers"),
    one ? [card(name, report), unmet(report, name)] : list(report),
    abilities.length ? claims(report, names, abilities) : null,
  );
}

function list(report) {
  return h(
    "section",
    { class: "card scroll", tabindex: "0", role: "group", "aria-label": "Peers" },
    h("table", { class: "peers" }, h("thead", {}, h("tr", {}, COLUMNS.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, report.peers.map((peer) => line(report, peer)))),
  );
}

function line(report, peer) {
  const of = report.record.peers[peer];
  const { version, program, clock } = of.provenance ?? {};
  return h(
    "tr",
    {},
    h("td", {}, outcomeBadge(of.outcome ?? "")),
    h("th", { scope: "row" }, h("a", { href: href("peers", peer) }, peer), h("small", {}, of.title)),
    h("td", {}, of.role),
    h("td", {}, version || program || of.adapter),
    h("td", {}, clock),
    h("td", { class: "of-tests" }, bar(of.counts ?? {}), h("small", {}, counted(of))),
    ["MUST", "SHOULD"].map((level) => h("td", {}, met(report, peer, level))),
  );
}

const counted = (of) => Object.entries(of.counts ?? {}).sort(([a], [b]) => rank(a) - rank(b)).map(([verdict, n]) => `${n} ${verdict}`).join(", ");

// "95 of 97": of the requirements that concern it and apply to it.
function met(report, peer, level) {
  const verdicts = Object.values(report.requirements).filter((r) => r.level?.startsWith(level)).map((r) => r.verdicts?.[peer]).filter((v) => v && v !== "not applicable");
  return `${verdicts.filter((v) => v === "pass").length} of ${verdicts.length}`;
}

function card(peer, report) {
  const of = report.record.peers[peer];
  return h(
    "section",
    { class: "card" },
    h("h2", {}, outcomeBadge(of.outcome ?? ""), h("a", { href: href("tests", "", { peer }) }, `its ${many(Object.values(of.counts ?? {}).reduce((a, b) => a + b, 0), "test")}`), h("small", {}, of.title)),
    bar(of.counts ?? {}),
    facts([["role", of.role], ["adapter", of.adapter], ["tests", counted(of)], ["keeps", (of.keeps ?? []).join(", ")], ["incomplete", (of.incomplete ?? []).join("; ")], ...origin(of.provenance ?? {})]),
    (of.findings ?? []).length ? [h("h3", {}, "Findings"), h("ul", { class: "plain" }, of.findings.map((text) => h("li", {}, text)))] : null,
    (of.unverified ?? []).length ? h("p", {}, h("a", { href: href("open") }, `${of.unverified.length} MUSTs without a verdict`)) : null,
    report.peers.length > 1 ? h("p", {}, h("a", { href: href("matrix", "", { differ: 1 }) }, "Where it differs from the others")) : null,
  );
}

// The requirements that it does not meet, the gravest first.
function unmet(report, peer) {
  const missed = Object.values(report.requirements)
    .map((r) => [r, r.verdicts?.[peer]])
    .filter(([, verdict]) => ["fail", "error", "finding", "known deviation"].includes(verdict))
    .sort(([, a], [, b]) => rank(a) - rank(b));
  if (!missed.length) return null;
  return h(
    "section",
    { class: "card scroll" },
    h("h2", {}, "What it does not meet", h("small", {}, many(missed.length, "requirement"))),
    h("table", { class: "small" }, h("tbody", {}, missed.map(([r, verdict]) => h("tr", {}, h("td", {}, badge(verdict)), h("th", { scope: "row" }, h("a", { href: href("requirement", r.id) }, r.id)), h("td", {}, r.level), h("td", {}, r.text))))),
  );
}

function origin(provenance) {
  return Object.entries(provenance).map(([name, value]) => [name.replaceAll("_", " "), typeof value === "string" ? value : JSON.stringify(value)]);
}

function claims(report, names, abilities) {
  const crowded = report.crowded(names);
  return h(
    "section",
    { class: "card scroll", tabindex: "0", role: "group", "aria-label": "Claimed and observed" },
    h("h2", {}, "Claimed and observed", h("small", {}, "one word where both agree")),
    h(
      "table",
      { class: crowded ? "claims crowded" : "claims" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "ability"), names.map((peer) => h("th", { scope: "col" }, h("span", { class: crowded ? "upright" : "" }, peer))))),
      h("tbody", {}, abilities.map((ability) => h("tr", {}, h("th", { scope: "row" }, ability), names.map((peer) => h("td", {}, claim(report.record.peers[peer], ability, crowded)))))),
    ),
  );
}

function claim({ claimed = {}, observed = {} }, ability, crowded) {
  const [c, o] = [claimed[ability], observed[ability]];
  const differ = typeof c === "boolean" && typeof o === "boolean" && c !== o;
  const seen = typeof o === "boolean" ? `observed: ${said(o)}` : "not observed";
  const text = c === o && typeof c === "boolean" ? said(c) : `${typeof c === "boolean" ? `claimed: ${said(c)}` : "not stated"}, ${seen}`;
  const verdict = differ ? "finding" : text === "yes" ? "pass" : "not applicable";
  if (crowded) return h("span", { title: text }, mark(differ ? "finding" : (c ?? o) ? "pass" : "not applicable", text));
  return h("span", { class: differ ? "differ" : text === "yes" ? "" : "hint" }, differ || c === o ? mark(verdict) : null, ` ${text}`);
}
