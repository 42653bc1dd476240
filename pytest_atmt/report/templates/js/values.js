// What peers do where the standard leaves them free: values that tests noted, and ways through the automata.
import { h } from "./dom.js";
import { group, lastState, states } from "./data.js";
import { href } from "./route.js";
import { many, natural } from "./words.js";

export const unlike = (values) => new Set(values).size > 1;

// Tests that every peer passes, but not in the same way.
export function behaviourRows(report, peers) {
  return report
    .rows()
    .map(({ by }) => peers.map((peer) => by[peer]).filter(Boolean))
    .filter((tests) => tests.length > 1 && tests.every(right) && unlike(tests.map((test) => way(report, test))))
    .map((tests) => {
      const by = new Map(tests.map((test) => [test.peer, test]));
      const [test] = tests;
      const cells = peers.map((peer) => behaviour(report, by.get(peer), tests));
      return { group: test.file, name: test.objective, text: test.params, link: href("test", test.nodeid), levels: levels(report, test), differs: true, cells };
    });
}

const right = (test) => ["pass", "information"].includes(test.verdict);
const way = (report, test) => report.runs(test).map((run) => [run.first, ...run.edges].join()).join("|");

function behaviour(report, test, tests) {
  return test ? { value: ends(report, test, tests), link: href("test", test.nodeid), title: test.verdict } : { verdict: "", link: null, title: "not run" };
}

export const levels = (report, test) => test.requirements.map((id) => report.requirements[id]?.level ?? "");

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

// What tests noted of each peer.
export function valueRows(report, peers) {
  const noted = report.record.fingerprints;
  const names = [...new Set(peers.flatMap((peer) => Object.keys(noted[peer] ?? {})))].sort(natural);
  return names.map((name) => {
    const values = peers.map((peer) => noted[peer]?.[name]);
    const shown = values.filter((value) => value !== undefined).map(spoken);
    const [topic, rest] = name.includes(": ") ? name.split(/: (.*)/) : ["", name];
    return { group: topic || "values", name: rest, text: "", link: null, differs: unlike(shown), cells: values.map((value) => (value === undefined ? { empty: "no test saw it" } : { value: spoken(value), link: null, title: `${name}: ${spoken(value)}` })) };
  });
}

export function spoken(value) {
  if (Array.isArray(value)) return value.map(spoken).join(" or ");
  return value === true ? "yes" : value === false ? "no" : String(value);
}

// Of more peers than fit side by side: each value with the peers that have it, the most common first.
export function valueList(rows, peers) {
  const [sections, plain] = [[], []];
  for (const row of rows) {
    if (row.section) sections.push([row, []]);
    else (sections.at(-1)?.[1] ?? plain).push(row);
  }
  const parts = [...(plain.length ? [[null, plain]] : []), ...sections];
  return h("div", { class: "values card", tabindex: "0", role: "group", "aria-label": "Values, each with its peers" }, parts.map(([head, of]) => [head ? h("h2", {}, head.section, h("small", {}, head.n)) : null, h("div", {}, apartFirst(of).map((row) => valueRow(row, peers)))]));
}

const apartFirst = (rows) => [...rows.filter((row) => row.differs), ...rows.filter((row) => !row.differs)];

function valueRow({ name, text, link, cells, differs }, peers) {
  const told = cells.map((cell, n) => ({ ...cell, peer: peers[n] })).filter(({ value }) => value !== undefined);
  const alike = [...group(told, ({ value }) => [value]).entries()].sort(([, a], [, b]) => b.length - a.length);
  const whose = (of) => (alike.length === 1 && of.length > 1 ? h("small", {}, `all ${of.length} of which it is known`) : of.map((cell) => h("a", { class: "tag", href: cell.link ?? href("peers", cell.peer) }, cell.peer)));
  return h(
    "section",
    { class: differs ? "differs" : "" },
    h("h3", {}, link ? h("a", { href: link }, name) : name, h("small", {}, text)),
    h("ul", { class: "plain" }, alike.map(([value, of]) => h("li", {}, h("span", { class: "value" }, value), h("span", { class: "whose" }, whose(of))))),
  );
}
