// The peers: what each claims, what was seen of it, and where it comes from.
import { h } from "./dom.js";
import { bar, mark, outcomeBadge } from "./verdicts.js";
import { facts } from "./packet.js";
import { said } from "./requirements.js";
import { href } from "./route.js";

export function peersPage(report, { name }) {
  const names = name && report.peers.includes(name) ? [name] : report.peers;
  const abilities = [...new Set(names.flatMap((peer) => Object.keys(report.record.peers[peer].claimed ?? {})))];
  return h(
    "div",
    { class: "page" },
    name ? h("div", { class: "crumbs" }, h("a", { href: href("peers") }, "Peers")) : null,
    h("h1", {}, name || "Peers"),
    names.map((peer) => card(peer, report.record.peers[peer], report)),
    abilities.length ? claims(report, names, abilities) : null,
  );
}

function card(peer, of, report) {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, outcomeBadge(of.outcome ?? ""), h("a", { href: href("tests", "", { peer }) }, peer), h("small", {}, of.title)),
    bar(of.counts ?? {}),
    facts([
      ["adapter", of.adapter],
      ["tests", Object.entries(of.counts ?? {}).map(([verdict, n]) => `${n} ${verdict}`).join(", ")],
      ["keeps", (of.keeps ?? []).join(", ")],
      ["incomplete", (of.incomplete ?? []).join("; ")],
      ...origin(of.provenance ?? {}),
    ]),
    (of.findings ?? []).length ? [h("h3", {}, "Findings"), h("ul", { class: "plain" }, of.findings.map((text) => h("li", {}, text)))] : null,
    (of.unverified ?? []).length ? h("p", {}, h("a", { href: href("open") }, `${of.unverified.length} MUSTs without a verdict`)) : null,
    report.peers.length > 1 ? h("p", {}, h("a", { href: href("matrix", "", { differ: 1 }) }, "Where it differs from the others")) : null,
  );
}

function origin(provenance) {
  return Object.entries(provenance).map(([name, value]) => [name.replaceAll("_", " "), typeof value === "string" ? value : JSON.stringify(value)]);
}

function claims(report, names, abilities) {
  return h(
    "section",
    { class: "card scroll" },
    h("h2", {}, "Claimed and observed", h("small", {}, "one word where both agree")),
    h(
      "table",
      { class: "claims" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "ability"), names.map((peer) => h("th", { scope: "col" }, peer)))),
      h("tbody", {}, abilities.map((ability) => h("tr", {}, h("th", { scope: "row" }, ability), names.map((peer) => h("td", {}, claim(report.record.peers[peer], ability)))))),
    ),
  );
}

function claim({ claimed = {}, observed = {} }, ability) {
  const [c, o] = [claimed[ability], observed[ability]];
  if (typeof c === "boolean" && c === o) return h("span", { class: c ? "" : "hint" }, mark(c ? "pass" : "not applicable"), ` ${said(c)}`);
  const differ = typeof c === "boolean" && typeof o === "boolean";
  const seen = typeof o === "boolean" ? `observed: ${said(o)}` : "not observed";
  return h("span", { class: differ ? "differ" : "hint" }, differ ? mark("finding") : null, `${typeof c === "boolean" ? `claimed: ${said(c)}` : "not stated"}, ${seen}`);
}
