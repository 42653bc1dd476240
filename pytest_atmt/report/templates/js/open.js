// What was not judged, and why: of the same rank as failures.
import { h } from "./dom.js";
import { badge, mark, meaning, OPEN, rank } from "./verdicts.js";
import { group } from "./data.js";
import { href } from "./route.js";
import { many } from "./words.js";

const MOST = 200;

export function openPage(report) {
  const tests = report.tests.filter((test) => OPEN.has(test.verdict));
  const byVerdict = [...group(tests, (test) => [test.verdict]).entries()].sort(([a], [b]) => rank(a) - rank(b));
  const parts = [...byVerdict.map(([verdict, all]) => verdictPart(report, verdict, all)), missing(report), unverified(report), untestable(report)].filter(Boolean);
  return h(
    "div",
    { class: "page" },
    h("h1", {}, "Not judged"),
    h("p", { class: "lead" }, "What this run says nothing about. Silence is no pass: read it like the failures."),
    parts.length ? parts : h("section", { class: "card calm" }, h("p", {}, mark("pass"), " Nothing: every test and every requirement that applies was judged.")),
  );
}

export function openCount(report) {
  return report.tests.filter((test) => OPEN.has(test.verdict)).length + report.missing.length;
}

function verdictPart(report, verdict, tests) {
  const reasons = [...group(tests, (test) => [`${test.peer}\n${test.reason}`]).values()].sort((a, b) => b.length - a.length);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, badge(verdict), h("small", {}, many(tests.length, "test"))),
    h("p", { class: "hint" }, meaning(verdict)),
    reasons.slice(0, MOST).map((alike) => h("details", { class: "why-group", open: reasons.length < 4 && alike.length < 20 }, h("summary", {}, h("strong", {}, alike[0].peer), ` ${without(alike[0].peer, alike[0].reason) || "no reason was told"} `, h("small", {}, many(alike.length, "test"))), h("ul", { class: "plain" }, alike.slice(0, MOST).map((test) => h("li", {}, h("a", { href: href("test", test.nodeid) }, test.objective, test.params ? h("code", { class: "tag" }, test.params) : null), h("small", {}, ` ${test.requirements.join(", ")}`))), more(alike)))),
    more(reasons),
  );
}

const without = (peer, reason) => (reason.startsWith(`${peer} `) ? reason.slice(peer.length + 1) : reason);
const more = (things) => (things.length > MOST ? h("p", { class: "hint" }, `${many(things.length - MOST, "more")} in report.json`) : null);

function missing(report) {
  if (!report.missing.length) return null;
  return h("section", { class: "card" }, h("h2", {}, h("span", { class: "badge odd" }, "no result"), h("small", {}, many(report.missing.length, "test"))), h("p", { class: "hint" }, "They were collected, but the run ended before them."), h("details", { open: report.missing.length <= 20 }, h("summary", {}, "Their names"), h("ul", { class: "plain mono" }, report.missing.slice(0, MOST).map(([nodeid]) => h("li", {}, nodeid))), more(report.missing)));
}

function unverified(report) {
  const rows = report.peers.map((peer) => [peer, report.record.peers[peer].unverified ?? []]).filter(([, ids]) => ids.length);
  if (!rows.length) return null;
  return h("section", { class: "card" }, h("h2", {}, "MUSTs without a verdict"), rows.map(([peer, ids]) => h("div", {}, h("h3", {}, `${peer}: ${ids.length}`), h("p", {}, ids.map((id) => h("a", { class: "tag", href: href("requirement", id) }, id))))));
}

function untestable(report) {
  const all = Object.values(report.requirements).filter((r) => (r.category ?? "testable") !== "testable");
  if (!all.length) return null;
  const rows = [...group(all, (r) => [r.category]).entries()];
  return h("section", { class: "card" }, h("h2", {}, "Requirements without a test", h("small", {}, many(all.length, "requirement"))), rows.map(([category, list]) => h("details", {}, h("summary", {}, `${category}: ${list.length}`), h("ul", { class: "plain" }, list.map((r) => h("li", {}, h("a", { href: href("requirement", r.id) }, r.id), ` ${r.text} `, h("small", {}, r.reason)))))));
}
