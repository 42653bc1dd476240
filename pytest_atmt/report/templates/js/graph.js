// The drawing of an automaton.  Lights a path step by step, or shows how often each part was taken.
import { h, svg } from "./dom.js";

const TAGS = new Set(["svg", "g", "path", "polygon", "ellipse", "text"]);
const SLIM = 800; // a drawing up to this width has room beside it
const SIZES = [0.5, 0.7, 1, 1.3, 1.7, 2.2];

export class GraphView {
  constructor(automaton) {
    this.automaton = automaton;
    this.parts = new Map(); // id -> element
    this.drawing = automaton.drawing ? this.#build(automaton.drawing) : null;
    this.node = this.drawing ? this.#framed() : table(automaton);
    this.badges = this.drawing ? svg("g", { class: "badges" }) : null;
    if (this.drawing) this.drawing.querySelector("g").append(this.badges);
    this.lines = automaton.edges.map((edge, n) => this.#line(edge, n));
  }

  // Light the state in which `run` begins, and the first `taken` of its steps; `missed` is the way not taken.
  light(run, taken, missed = null) {
    if (!this.drawing) return;
    this.drawing.classList.add("lit");
    this.#clear();
    const edges = run.edges.slice(0, taken);
    const numbers = new Map();
    edges.forEach((edge, n) => numbers.set(edge, [...(numbers.get(edge) ?? []), n + 1]));
    this.#state(run.first)?.classList.add("on");
    for (const edge of edges) {
      for (const part of this.#edge(edge)) part.classList.add("on");
      this.#state(this.automaton.edges[edge][2])?.classList.add("on");
    }
    const now = edges.at(-1);
    this.#state(now === undefined ? run.first : this.automaton.edges[now][2])?.classList.add("now");
    for (const part of now === undefined ? [] : this.#edge(now)) part.classList.add("now");
    this.#number(numbers, now);
    this.automaton.edges.forEach(([source, , target], n) => {
      if (missed && source === missed[0] && target === missed[1]) this.#edge(n).forEach((part) => part.classList.add("missed"));
    });
  }

  // Show counts: {states: {name: n}, edges: [n]}.
  heat(counts) {
    if (!this.drawing) return;
    this.drawing.classList.add("heat");
    this.#clear();
    const most = Math.max(1, ...Object.values(counts.states), ...counts.edges);
    const share = (n) => (n ? Math.max(0.12, Math.log1p(n) / Math.log1p(most)) : 0);
    for (const name of Object.keys(this.automaton.states)) this.#warm(this.#state(name), counts.states[name] ?? 0, share);
    counts.edges.forEach((n, edge) => this.#edge(edge).forEach((part) => this.#warm(part, n, share)));
    const shown = counts.edges.map((n, edge) => [edge, n]).filter(([, n]) => n > 0);
    const bundled = new Map();
    for (const [edge, n] of shown) bundled.set(this.lines[edge] ?? edge, [edge, n + (bundled.get(this.lines[edge] ?? edge)?.[1] ?? 0)]);
    for (const [edge, n] of bundled.values()) this.#pill(edge, `${n}×`, false);
  }

  #warm(part, n, share) {
    if (!part) return;
    part.classList.add(n ? "warm" : "cold");
    part.style.setProperty("--heat", share(n).toFixed(3));
  }

  #clear() {
    for (const part of this.parts.values()) part.classList.remove("on", "now", "missed", "warm", "cold");
    this.badges.replaceChildren();
  }

  #number(numbers, now) {
    const byLine = new Map();
    for (const [edge, steps] of numbers) {
      const line = this.lines[edge] ?? edge;
      byLine.set(line, { edge, steps: [...(byLine.get(line)?.steps ?? []), ...steps].sort((a, b) => a - b) });
    }
    for (const { edge, steps } of byLine.values()) {
      const text = steps.length > 3 ? `${steps[0]}, ${steps[1]} … ${steps.at(-1)}` : steps.join(", ");
      this.#pill(edge, text, now !== undefined && this.lines[now] === this.lines[edge]);
    }
  }

  // A small label on the middle of an edge's line.
  #pill(edge, text, now) {
    const line = this.lines[edge];
    if (!line) return;
    const { x, y } = line.getPointAtLength(line.getTotalLength() * 0.32);
    const wide = 9 + 6.3 * text.length;
    this.badges.append(
      svg(
        "g",
        { class: now ? "pill now" : "pill", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` },
        svg("rect", { x: -wide / 2, y: -8, width: wide, height: 16, rx: 8 }),
        svg("text", { x: 0, y: 3.8, "font-size": 10.5, "text-anchor": "middle" }, text),
      ),
    );
  }

  #state(name) {
    return this.parts.get(`state-${name}`);
  }

  #edge(n) {
    const found = [this.parts.get(`edge-${n}`), this.parts.get(`row-edge-${n}`)];
    const line = this.lines?.[n]?.closest("g");
    return [...new Set([...found, line])].filter(Boolean);
  }

  // The line of an edge; several edges between the same states share one.
  #line(edge, n) {
    const own = this.parts.get(`edge-${n}`)?.querySelector("path");
    if (own) return own;
    const [source, , target] = edge;
    const like = this.automaton.edges.findIndex(
      ([s, , t], other) => s === source && t === target && this.parts.get(`bundle-${other}`),
    );
    return like < 0 ? null : this.parts.get(`bundle-${like}`).querySelector("path");
  }

  #build([tag, attributes, inside]) {
    if (!TAGS.has(tag)) return null;
    const { id, ...rest } = attributes;
    if (tag === "text") return svg(tag, rest, inside);
    const element = svg(tag, rest, inside.map((child) => this.#build(child)));
    if (id) {
      this.parts.set(id, element);
      element.dataset.id = id;
      const name = this.#title(id);
      if (name) element.prepend(svg("title", {}, name));
    }
    return element;
  }

  #title(id) {
    const n = /^(?:row-)?edge-(\d+)$/.exec(id)?.[1];
    if (n !== undefined && this.automaton.edges[n]) return edgeText(this.automaton.edges[n]);
    return id.startsWith("state-") ? id.slice(6) : "";
  }

  #framed() {
    const [, , wide, high] = this.drawing.getAttribute("viewBox").split(" ").map(Number);
    this.slim = wide <= SLIM;
    this.drawing.setAttribute("role", "img");
    this.drawing.setAttribute("aria-label", `Graph of ${this.automaton.name}; the table of steps says the same in words`);
    const frame = h("div", { class: "frame", tabindex: "0", role: "group", "aria-label": `Graph of ${this.automaton.name}` }, this.drawing);
    let size = 0; // 0: as wide as the page
    const resize = (by) => {
      size = by === 0 ? 0 : Math.min(SIZES.length, Math.max(1, (size || 3) + by));
      this.drawing.style.setProperty("width", size ? `${wide * SIZES[size - 1]}px` : "");
      frame.classList.toggle("zoomed", size > 0);
    };
    this.drawing.style.setProperty("max-width", `${wide * 1.35}px`);
    this.drawing.style.setProperty("aspect-ratio", `${wide} / ${high}`);
    const button = (text, name, by) => h("button", { type: "button", "aria-label": name, title: name, onclick: () => resize(by) }, text);
    return h("div", { class: "graph-view" }, h("div", { class: "zoom" }, button("−", "Smaller", -1), button("Fit", "Fit to the page", 0), button("+", "Larger", 1)), frame);
  }
}

export function edgeText([source, via, target]) {
  return `${source} → ${target}: ${via || "at once"}`;
}

// Where there was no Graphviz when the report was made.
function table(automaton) {
  return h(
    "div",
    { class: "graph-view" },
    h("p", { class: "hint" }, `No drawing: ${automaton.why || "none was made"}`),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ["from", "condition", "to"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, automaton.edges.map(([s, via, t]) => h("tr", {}, [s, via || "at once", t].map((x) => h("td", {}, x))))),
    ),
  );
}
