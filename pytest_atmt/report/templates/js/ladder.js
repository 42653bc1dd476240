// The conversation from top to bottom: time, the tester's states, what crossed the wire, the peer.
import { h } from "./dom.js";
import { states } from "./data.js";
import { short } from "./packet.js";
import { clock, many, seconds } from "./words.js";

const QUIET = 0.2; // seconds of silence that are worth a line
const MOST = 300; // rows that are drawn before somebody asks for all

export class Ladder {
  // `run` has automaton, first, edges, times, packets; `log` is what the peer wrote meanwhile: [at, stream, text];
  // `pick(n)` and `step(n)` are called for a chosen row
  constructor(run, { pick, step, parted = null, log = [] }) {
    this.run = run;
    this.states = states(run);
    this.log = log;
    this.pick = pick;
    this.step = step;
    this.parted = parted;
    this.rows = new Map(); // "step-3", "packet-7" -> row
    const all = this.#events();
    const list = h("div", { class: "ladder-rows" }, all.slice(0, MOST).map((event) => this.#row(event)));
    const more = all.length > MOST && h("button", { type: "button", class: "more", onclick: () => (list.append(...all.slice(MOST).map((e) => this.#row(e))), more.remove()) }, `Show ${many(all.length - MOST, "more line")}`);
    this.node = h(
      "div",
      { class: "ladder", role: "group", "aria-label": "Sequence diagram" },
      h("div", { class: "ladder-head" }, ["time", "tester", "wire", "peer"].map((text) => h("span", {}, text))),
      list,
      more,
    );
    list.addEventListener("keydown", (event) => this.#move(event));
  }

  // Mark what comes after the first `taken` steps, and the row of the last of them.
  show(taken) {
    for (const [name, row] of this.rows) {
      row.classList.toggle("later", Number(row.dataset.after) > taken);
      row.classList.toggle("now", name === `step-${taken}`);
    }
    const row = this.rows.get(`step-${taken}`);
    const box = this.node;
    if (row && box.scrollHeight > box.clientHeight) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }

  choose(n) {
    for (const [name, row] of this.rows) {
      const chosen = name === `packet-${n}`;
      row.classList.toggle("chosen", chosen);
      if (row.tagName === "BUTTON") row.setAttribute("aria-pressed", String(chosen));
    }
  }

  #events() {
    const { run } = this;
    const found = [];
    const count = run.edges.length + (run.first ? 1 : 0);
    let next = 0;
    let line = 0;
    let last = null;
    const hear = (until) => {
      while (line < this.log.length && this.log[line][0] < until) found.push(["log", this.log[line++], found.at(-1)?.[2] ?? 0]);
    };
    const add = (kind, n, at) => {
      if (at !== undefined) hear(at);
      if (at !== undefined && last !== null && at - last >= QUIET) found.push(["gap", at - last, found.at(-1)?.[2] ?? 0]);
      if (at !== undefined) last = Math.max(last ?? at, at);
      found.push([kind, n, kind === "step" ? n : run.packets[n].place - 1]);
    };
    for (let step = 0; step <= count; step++) {
      while (next < run.packets.length && run.packets[next].place <= step) {
        if (run.skipped && next === run.skipped[0]) found.push(["skip", run.skipped[1], step - 1]);
        add("packet", next, run.packets[next].at);
        next++;
      }
      if (step < count) add("step", step, run.times?.[step]);
    }
    hear(Infinity);
    return found;
  }

  #row([kind, value, after]) {
    if (kind === "gap") return this.#still(`${seconds(value)} of silence`, after);
    if (kind === "skip") return this.#still(`${many(value, "packet")} left out; they are in report.json`, after);
    if (kind === "log") return this.#logRow(value, after);
    const row = kind === "step" ? this.#stepRow(value) : this.#packetRow(value);
    row.dataset.after = after;
    this.rows.set(`${kind}-${value}`, row);
    return row;
  }

  #still(text, after) {
    return h("div", { class: "line quiet", "data-after": after }, h("span"), this.#life(after), h("span", { class: "silence" }, text), h("span", { class: "life" }));
  }

  #logRow([at, stream, text], after) {
    const ended = stream === "end";
    const wrote = ended ? null : h("span", { class: "unseen" }, `the peer wrote to ${stream}: `);
    return h("div", { class: "line log", "data-after": after, title: ended ? null : `the peer wrote this to its ${stream}` }, h("span", { class: "time" }, clock(at)), this.#life(after), h("span", { class: "wrote" }, wrote, text), h("span", { class: "life" }));
  }

  // The tester's lifeline, with a band for as long as it is in a state.
  #life(after, ...inside) {
    const roles = this.run.automaton.states[this.states[after]] ?? [];
    return h("span", { class: `life band band-${after % 2} ${roles.join(" ")}` }, inside);
  }

  // The timers that start when a state is entered, with their delays in this run.
  #armed(state) {
    const timers = this.run.automaton.conditions.filter((c) => c.state === state && /^time/.test(c.kind));
    return timers.map(({ name, delay, kind }) => {
      const wait = this.run.delays?.[name] ?? delay;
      return h("span", { class: "armed", title: "this timer starts here" }, h("span", { "aria-hidden": "true" }, "◷ "), `${name}${wait === undefined || wait === null ? "" : ` ${kind === "timer" ? "every" : "in"} ${seconds(wait)}`}`);
    });
  }

  #stepRow(n) {
    const { run } = this;
    const [, via, target] = n ? run.automaton.edges[run.edges[n - 1]] : ["", "", run.first];
    const roles = run.automaton.states[target] ?? [];
    const timer = run.automaton.conditions.some((c) => c.name === via && /^time/.test(c.kind));
    const parted = this.parted === n;
    return h(
      "button",
      { type: "button", class: `line step ${roles.join(" ")} ${parted ? "parted" : ""}`, onclick: () => this.step(n), title: n ? `Step ${n}` : "Where it begins" },
      h("span", { class: "time" }, this.#ownTime(n)),
      this.#life(n, h("span", { class: "state" }, target)),
      h("span", { class: "via" }, timer ? h("span", { class: "timer" }, "◷ fired") : null, n ? via || "at once" : "start", parted ? h("span", { class: "differs" }, "differs from here") : null, this.#armed(target)),
      h("span", { class: "life" }),
    );
  }

  // Steps that one event caused share its time, which is told but once.
  #ownTime(n) {
    const { times } = this.run;
    return times && (n === 0 || times[n] > times[n - 1]) ? clock(times[n]) : "";
  }

  #packetRow(n) {
    const packet = this.run.packets[n];
    const { text, ends } = short(packet.summary);
    const lost = /drop|lost/.test(packet.note) ? "lost" : "";
    const twice = /duplic/.test(packet.note) ? "twice" : "";
    return h(
      "button",
      { type: "button", class: `line packet-line ${packet.direction} ${lost} ${twice}`, "aria-pressed": "false", onclick: () => this.pick(n), title: ends || packet.summary },
      h("span", { class: "time" }, clock(packet.at)),
      this.#life(packet.place - 1),
      h("span", { class: "wire" }, h("span", { class: "label" }, h("span", { class: "unseen" }, `${packet.direction}: `), text, packet.note ? h("em", {}, packet.note) : null, packet.direction === "ignored" ? h("em", { "aria-hidden": "true" }, "ignored") : null), h("span", { class: "arrow" })),
      h("span", { class: "life" }),
    );
  }

  #move(event) {
    const by = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    let row = by && document.activeElement?.[by];
    while (row && row.tagName !== "BUTTON") row = row[by];
    if (!row) return;
    event.preventDefault();
    row.focus();
  }
}
