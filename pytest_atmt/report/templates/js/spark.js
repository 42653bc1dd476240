// A path as a small line: one dot for each state, its height the state's place in the automaton.
import { svg } from "./dom.js";
import { states } from "./data.js";

const MOST = 24;
const HIGH = 22;
const STEP = 8;

export function sparkline(run) {
  const all = states(run);
  const names = all.length > MOST ? [...all.slice(0, MOST / 2), null, ...all.slice(1 - MOST / 2)] : all;
  const order = Object.keys(run.automaton.states);
  const height = (name) => 4 + ((HIGH - 8) * Math.max(0, order.indexOf(name))) / Math.max(1, order.length - 1);
  const points = names.map((name, n) => (name === null ? null : [5 + n * STEP, height(name), name]));
  const text = `${run.automaton.name}: ${all.length > MOST ? `${all.slice(0, 8).join(" → ")} … ${all.slice(-4).join(" → ")}` : all.join(" → ")}`;
  const wide = 10 + (names.length - 1) * STEP;
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${wide} ${HIGH}`, width: wide, height: HIGH, role: "img", "aria-label": text },
    svg("title", {}, text),
    lines(points),
    points.filter(Boolean).map(([x, y, name], n, kept) => end(run, x, y, name, n === kept.length - 1)),
  );
}

function lines(points) {
  const parts = [];
  for (let n = 1; n < points.length; n++) {
    const [a, b] = [points[n - 1] ?? points[n - 2], points[n] ?? points[n + 1]];
    const cut = !points[n] || !points[n - 1];
    parts.push(svg("line", { x1: a[0], y1: a[1], x2: b[0], y2: b[1], class: cut ? "cut" : "" }));
  }
  return parts;
}

function end(run, x, y, name, last) {
  const roles = run.automaton.states[name] ?? [];
  if (last && roles.includes("error"))
    return svg("path", { class: "wrong", d: `M${x - 4},${y - 4}l8,8m0,-8l-8,8` });
  if (last && roles.includes("final")) return svg("circle", { class: "final", cx: x, cy: y, r: 3.4 });
  return svg("circle", { cx: x, cy: y, r: last ? 3.4 : 1.7 });
}
