// The automata: how often each state and transition was taken over all runs, and what never was.
import { h, replace } from "./dom.js";
import { GraphView, edgeText } from "./graph.js";
import { share } from "./overview.js";
import { choice } from "./tests.js";
import { href, note } from "./route.js";
import { many } from "./words.js";

const KINDS = ["states", "transitions", "pairs", "actions", "timers", "guards"];

export function modelsPage(report) {
  const total = report.record.coverage?.total ?? {};
  return h(
    "div",
    { class: "page" },
    h("h1", {}, "Models"),
    h("p", { class: "lead" }, "What of the automata the tests exercised. A transition that no test takes is a behaviour of peers that nothing here judges."),
    h(
      "div",
      { class: "card scroll" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "automaton"), h("th", { scope: "col" }, "runs"), KINDS.map((kind) => h("th", { scope: "col" }, kind)))),
        h("tbody", {}, report.automata.map((a) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: href("model", a.name) }, a.name)), h("td", {}, runsOf(report, a).length), KINDS.map((kind) => h("td", {}, share(total[a.name]?.[kind])))))),
      ),
    ),
  );
}

export function modelPage(report, { name, query }) {
  const automaton = report.automata.find((a) => a.name === name);
  if (!automaton) return h("div", { class: "page" }, h("h1", {}, "No such model"), h("a", { href: href("models") }, "All models"));
  const holder = h("div", { class: "stack" });
  const show = (peer) => {
    const graph = new GraphView(automaton);
    const counts = heatOf(report, automaton, peer);
    replace(holder, h("section", { class: "card path" }, h("h2", {}, "How often", h("small", {}, "darker and wider: more often; dashed: never")), graph.node), h("div", { class: "pair" }, never(automaton, counts), often(automaton, counts)));
    queueMicrotask(() => graph.heat(counts)); // it measures lines, which must stand in the page
  };
  const peers = { "": "all peers", ...Object.fromEntries(report.peers.map((peer) => [peer, peer])) };
  show(query.get("peer") ?? "");
  return h(
    "div",
    { class: "page" },
    h("div", { class: "crumbs" }, h("a", { href: href("models") }, "Models")),
    h("h1", {}, automaton.name),
    h("div", { class: "filters" }, choice("Peer", peers, query.get("peer") ?? "", (peer) => (note({ peer }), show(peer))), summary(report, automaton)),
    holder,
    missing(report, automaton),
  );
}

function runsOf(report, automaton, peer = "") {
  return report.tests.filter((test) => !peer || test.peer === peer).flatMap((test) => report.runs(test)).filter((run) => run.automaton === automaton);
}

function heatOf(report, automaton, peer) {
  const counts = { states: {}, edges: automaton.edges.map(() => 0) };
  const enter = (state) => (counts.states[state] = (counts.states[state] ?? 0) + 1);
  for (const run of runsOf(report, automaton, peer)) {
    if (run.first) enter(run.first);
    for (const edge of run.edges) {
      counts.edges[edge]++;
      enter(automaton.edges[edge][2]);
    }
  }
  return counts;
}

function summary(report, automaton) {
  const of = report.record.coverage?.total?.[automaton.name];
  return of ? h("p", { class: "total" }, KINDS.filter((kind) => of[kind]?.of).map((kind) => `${of[kind].seen} of ${of[kind].of} ${kind}`).join(" · ")) : null;
}

// What no run took.  An error state is reached by a breach, which no conforming peer shows: that is no gap.
function never(automaton, counts) {
  const breach = (state) => automaton.states[state]?.includes("error");
  const states = Object.keys(automaton.states).filter((name) => !counts.states[name]);
  const edges = automaton.edges.filter((_, n) => !counts.edges[n]);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Never taken", h("small", {}, `${many(states.length, "state")}, ${many(edges.length, "transition")}`)),
    untaken("What no test exercised", states.filter((s) => !breach(s)), edges.filter((edge) => !breach(edge[2]))),
    untaken("Breaches that no peer showed", states.filter(breach), edges.filter((edge) => breach(edge[2]))),
    edges.length ? null : h("p", {}, "Every transition was taken."),
  );
}

function untaken(title, states, edges) {
  if (!states.length && !edges.length) return null;
  return [h("h3", {}, title), states.length ? h("p", {}, states.map((name) => h("code", { class: "tag" }, name))) : null, h("ul", { class: "plain mono" }, edges.map((edge) => h("li", {}, edgeText(edge))))];
}

function often(automaton, counts) {
  const rows = automaton.edges.map((edge, n) => [counts.edges[n], edge, n]).filter(([n]) => n).sort((a, b) => b[0] - a[0]);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Taken"),
    h("table", { class: "small" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "transition"), h("th", { scope: "col" }, "times"))), h("tbody", {}, rows.map(([times, edge, n]) => h("tr", {}, h("td", { class: "mono" }, edgeText(edge), n >= automaton.declared ? h("em", {}, " not to be seen in the code") : null), h("td", {}, times))))),
  );
}

function missing(report, automaton) {
  const of = report.record.coverage?.total?.[automaton.name] ?? {};
  const lists = ["pairs", "actions", "timers", "guards"].filter((kind) => of[kind]?.missing?.length);
  if (!lists.length) return null;
  return h("section", { class: "card" }, h("h2", {}, "Finer than transitions", h("small", {}, "what was never seen")), lists.map((kind) => h("details", {}, h("summary", {}, `${of[kind].missing.length} of ${of[kind].of} ${kind}`), h("ul", { class: "plain mono" }, of[kind].missing.map((text) => h("li", {}, text))))));
}
