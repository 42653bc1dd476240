// One test: what was expected, what was seen, the path through the automaton, and every packet.
import { copyButton, h, replace } from "./dom.js";
import { badge, tone } from "./verdicts.js";
import { lastState } from "./data.js";
import { GraphView, edgeText } from "./graph.js";
import { Ladder } from "./ladder.js";
import { facts, packetView } from "./packet.js";
import { pcapng } from "./pcapng.js";
import { href, note } from "./route.js";
import { bytesOf } from "./layers.js";
import { clock, command, many, seconds } from "./words.js";

export async function testPage(report, { name, query }) {
  const test = report.byNodeid.get(name);
  if (!test) return h("div", { class: "page" }, h("h1", {}, "No such test"), h("p", {}, `This record has no test ${name}. `, h("a", { href: href("tests") }, "All tests")));
  const details = (await report.details(test)) ?? {};
  const runs = report.runs(test).map((run, n) => ({ ...run, ...rest(details.runs?.[n]) }));
  const holder = h("div", { class: "run-holder" });
  const wanted = Number(query.get("run") ?? runs.length);
  const page = h(
    "div",
    { class: "page test" },
    heading(report, test),
    compared(report, test, details, runs),
    runs.length > 1 ? tabs(runs, wanted, (n) => (note({ run: n, step: null, packet: null }), showRun(n))) : null,
    holder,
    h("div", { class: "pair" }, parameters(test, details, runs), h("div", { class: "stack" }, told(details), runs.map(clientEnd), extras(details))),
  );
  function showRun(n) {
    for (const tab of page.querySelectorAll(".tab")) tab.setAttribute("aria-pressed", String(Number(tab.dataset.run) === n));
    const last = n === runs.length;
    const chosen = Number(query.get("run") ?? runs.length) === n ? query : new URLSearchParams();
    replace(holder, runs[n - 1] ? runView(runs[n - 1], chosen, last ? (details.parted?.at ?? null) : null, details) : h("p", { class: "card hint" }, "No automaton ran in this test."));
  }
  showRun(Math.min(Math.max(1, wanted), runs.length));
  return page;
}

function rest(run = {}) {
  const fields = ["at", "direction", "state", "via", "place", "summary", "note", "hex", "size", "layers"];
  const packets = (run.packets ?? []).map((row) => Object.fromEntries(fields.map((field, n) => [field, row[n]])));
  return { ...run, packets };
}

// -- heading

function heading(report, test) {
  const around = report.shown?.includes(test) ? report.shown : report.tests;
  const at = around.indexOf(test);
  const link = (other, text, key) => (other ? h("a", { href: href("test", other.nodeid), class: "step-link", title: `${other.objective} (${key})`, "data-key-shortcut": key }, text) : h("span", { class: "step-link off" }, text));
  return h(
    "header",
    { class: "test-head" },
    h("div", { class: "crumbs" }, h("a", { href: href("tests") }, "Tests"), h("span", {}, `${at + 1} of ${around.length}`), link(around[at - 1], "‹ previous", "["), link(around[at + 1], "next ›", "]")),
    h("h1", {}, badge(test.verdict), h("span", {}, test.objective), test.params ? h("code", {}, test.params) : null),
    h("p", { class: "meta" }, h("a", { href: href("peers", test.peer) }, test.peer), h("span", {}, seconds(test.seconds)), test.behaviour ? h("span", {}, `${test.behaviour} behaviour`) : null, test.requirements.map((id) => h("a", { class: "requirement", href: href("requirement", id) }, id))),
  );
}

// -- expected against observed

function compared(report, test, details, runs) {
  const demands = test.requirements.map((id) => report.requirements[id]).filter(Boolean);
  const { parted } = details;
  const last = runs.at(-1);
  return h(
    "section",
    { class: "compared", "aria-label": "Expected and observed" },
    h("div", { class: "card" }, h("h2", {}, "Expected"), parted ? h("p", { class: "said" }, parted.expected) : h("p", { class: "said" }, test.objective), demands.map((r) => h("p", { class: "demand" }, h("b", {}, r.level), ` ${r.text} `, h("a", { href: href("requirement", r.id) }, `${r.standard} §${r.section}`)))),
    h(
      "div",
      { class: `card observed ${tone(test.verdict)}` },
      h("h2", {}, "Observed"),
      h("p", { class: "said" }, parted ? parted.observed || test.reason : last ? `${last.automaton.name} ended in ${lastState(last)}` : test.reason),
      last ? h("p", { class: "hint" }, ended(last)) : null,
      test.prevented.length ? h("p", { class: "hint prevented" }, "So this could not be judged: ", test.prevented.map((id) => h("a", { class: "requirement", href: href("requirement", id) }, id))) : null,
      parted && last && parted.at !== undefined && parted.at !== null ? divergence(last, parted) : null,
    ),
  );
}

function ended(run) {
  const parts = [many(run.edges.length, "transition")];
  if (run.count) parts.push(many(run.count, "packet"));
  if (run.seconds !== undefined) parts.push(`${seconds(run.seconds)} of ${run.clock} time`);
  return `${parts.join(", ")}.`;
}

function divergence(run, { at, missed }) {
  const edge = at > 0 ? run.automaton.edges[run.edges[at - 1]] : null;
  if (!edge) return null;
  return h("p", { class: "divergence" }, h("b", {}, `They part at step ${at}: `), edgeText(edge), missed ? ` instead of → ${missed[1]}` : "", run.times ? ` (${clock(run.times[at])} s)` : "");
}

// -- one run

function tabs(runs, wanted, choose) {
  return h("div", { class: "tabs", role: "group", "aria-label": "Conversations of this test" }, runs.map((run, n) => h("button", { type: "button", class: "tab", "data-run": n + 1, "aria-pressed": String(n + 1 === wanted), onclick: () => choose(n + 1) }, `${n + 1}  ${run.automaton.name}`, h("small", {}, ` → ${lastState(run)}`))));
}

function runView(run, query, parted, details) {
  const graph = new GraphView(run.automaton);
  const most = run.edges.length;
  const panel = h("div", { class: "packet-panel", "aria-live": "polite" }, h("p", { class: "hint" }, "Choose a packet to see its bytes."));
  const ladder = new Ladder(run, { pick, step, parted, log: [...logOf(run, details), ...endOf(run)].sort(([a], [b]) => a - b) });
  const label = h("output", { class: "step-text" });
  const slider = h("input", { type: "range", min: 0, max: most, value: most, "aria-label": "Steps of the path", oninput: () => step(Number(slider.value), true) });
  const move = (by) => step(Math.min(most, Math.max(0, Number(slider.value) + by)), true);

  function step(n, keep = true) {
    slider.value = n;
    graph.light(run, n, parted !== null && n >= parted ? details.parted?.missed : null);
    ladder.show(n);
    label.textContent = stepText(run, n, most);
    slider.setAttribute("aria-valuetext", label.textContent);
    if (keep) note({ step: n === most ? null : n });
  }

  function pick(n) {
    ladder.choose(n);
    replace(panel, packetView(run.packets[n], n));
    note({ packet: n + 1 });
  }

  const view = h(
    "div",
    { class: `run-view ${graph.slim ? "beside" : ""}` },
    h(
      "section",
      { class: "card path" },
      h("h2", {}, "Path", h("small", {}, run.automaton.name)),
      h("div", { class: "slider" }, h("button", { type: "button", class: "to", "aria-label": "Step back", onclick: () => move(-1) }, "‹"), slider, h("button", { type: "button", class: "to", "aria-label": "Step on", onclick: () => move(1) }, "›"), label),
      graph.node,
      key(run.automaton),
    ),
    h(
      "div",
      { class: "talk" },
      h("section", { class: "card" }, h("h2", {}, "Conversation", h("small", {}, run.count ? many(run.count, "packet") : "", ` in ${run.clock || "unknown"} time`), download(run)), leftOut(run, details), ladder.node, captured(details)),
      h("section", { class: "card inspect" }, panel),
    ),
  );
  // the graph measures its lines once it stands in the page
  queueMicrotask(() => {
    step(Math.min(most, Number(query.get("step") ?? most)), false);
    const first = Number(query.get("packet") || 0) || usual(run, parted);
    if (run.packets[first - 1]) {
      ladder.choose(first - 1);
      replace(panel, packetView(run.packets[first - 1], first - 1));
    }
  });
  view.step = move;
  view.dataset.steps = most;
  return view;
}

// What the peer wrote while this run lasted, on the run's own clock.
function logOf(run, { log = [], runs = [] }) {
  const began = run.began ?? 0;
  const next = Math.min(...runs.map((other) => other.began ?? 0).filter((at) => at > began), Infinity);
  const mine = log.filter(([at]) => (began === 0 || at >= began) && at < next);
  return mine.map(([at, stream, text]) => [at - began, stream, text]);
}

// A client's own end, as a line of the conversation.
const endOf = ({ client }) => (typeof client?.at === "number" ? [[client.at, "end", `the client ${client.how}`]] : []);

// The packet that most want to see: the last one before expectation and fact part, or that reached the tester.
function usual(run, parted) {
  const near = parted === null ? -1 : run.packets.findLastIndex((packet) => packet.place <= parted);
  return (near >= 0 ? near : run.packets.findLastIndex((packet) => packet.direction === "received")) + 1 || run.packets.length;
}

function stepText(run, n, most) {
  if (n === 0) return `begins in ${run.first}; ${many(most, "step")} follow`;
  const at = run.times?.[n];
  return `step ${n} of ${most}: ${edgeText(run.automaton.edges[run.edges[n - 1]])}${at === undefined ? "" : ` at ${clock(at)} s`}`;
}

function leftOut(run, details) {
  if (run.packets.length) return null;
  if (run.count) return h("p", { class: "hint" }, `Its ${many(run.count, "packet")} are in report.json; they were left out to keep this page small.`);
  return details.runs ? h("p", { class: "hint" }, "No packet was exchanged.") : h("p", { class: "hint" }, "Times and packets of this test are in report.json; they were left out to keep this page small.");
}

function download(run) {
  if (!run.packets.some((packet) => packet.hex)) return null;
  return h("button", { type: "button", class: "right", onclick: () => save(pcapng(run.packets), `${run.automaton.name}.pcapng`) }, "Save as pcapng");
}

// All runs of the test in one file, as they were recorded; it lies beside this page.
function captured({ capture }) {
  return capture?.startsWith("captures/") ? h("p", { class: "hint" }, "All packets of this test: ", h("a", { href: capture, download: "" }, capture)) : null;
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

const KINDS = [["condition", /^condition$/, "condition"], ["receive", /^receive/, "packet"], ["io", /^io/, "event"], ["eof", /^eof$/, "end of stream"], ["timeout", /^time/, "timer"]];

// What the lines of a drawing mean, of those that it has.
function key({ conditions, edges, states }) {
  const kinds = KINDS.filter(([, is]) => conditions.some((c) => is.test(c.kind))).map(([kind, , text]) => [kind, text]);
  if (edges.some(([, via]) => !via)) kinds.push(["direct", "at once"]);
  const marks = ["error", "final"].filter((role) => Object.values(states).some((roles) => roles.includes(role)));
  return h("p", { class: "key", "aria-hidden": "true" }, kinds.map(([kind, text]) => h("span", { class: `key-${kind}` }, text)), marks.map((role) => h("span", { class: `key-${role}` }, `${role} state`)));
}

// -- the rest

function parameters(test, details, runs) {
  const line = command(["pytest", test.nodeid, "--peer", test.peer]);
  const where = test.line ? `${test.file}:${test.line}` : test.file;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "To do it again"),
    h("div", { class: "reproduce" }, h("code", {}, line), copyButton(line)),
    facts([
      ["test", test.nodeid],
      ["source", h("span", { class: "source" }, h("code", {}, where), " ", copyButton(where))],
      ["parameters", test.params],
      ["preamble", details.purpose?.preamble ? `judges from ${details.purpose.preamble} on` : ""],
      ["signature", test.signature],
      ["known", details.known ? `${details.known.state}: ${details.known.reason} (until ${details.known.expires})` : ""],
    ]),
    runs.map((run, n) => (run.arguments ? h("details", { class: "arguments", open: runs.length === 1 }, h("summary", {}, `Arguments of ${n + 1} ${run.automaton.name}`), facts(Object.entries(run.arguments))) : null)),
  );
}

function told(details) {
  if (!details.reason) return null;
  return h("section", { class: "card" }, h("h2", {}, "What was told"), h("pre", { class: "reason", tabindex: "0" }, details.reason));
}

function clientEnd({ client, automaton }, n) {
  if (!client) return null;
  const file = client.file ? [many(client.file[0], "byte"), " ", h("code", {}, asText(client.file[1]))] : "none";
  return h("section", { class: "card" }, h("h2", {}, "How the client ended", h("small", {}, `with ${n + 1} ${automaton.name}`)), facts([["it", client.how], ["at", typeof client.at === "number" ? `${clock(client.at)} s` : ""], ["it said", client.said], ["its file", h("span", {}, file)]]));
}

const asText = (hex) => new TextDecoder().decode(bytesOf(hex)).slice(0, 120);

function extras(details) {
  const files = (details.files ?? []).filter(Boolean);
  const log = details.log;
  return [
    files.length ? h("section", { class: "card" }, h("h2", {}, "Files that the peer wrote"), h("ul", {}, files.map(([size, hex]) => h("li", {}, many(size, "byte"), " ", h("code", {}, asText(hex)))))) : null,
    log ? h("section", { class: "card" }, h("h2", {}, "The peer's log", h("small", {}, "its lines stand in the conversation too")), h("pre", { class: "reason", tabindex: "0" }, log.map(([at, stream, text]) => `${clock(at)}  ${stream.padEnd(6)}  ${text}`).join("\n"))) : null,
  ];
}
