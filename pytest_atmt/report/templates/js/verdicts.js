// The verdicts: each with a sign and a colour, so that neither is needed alone, and what it means.
import { h } from "./dom.js";

const ALL = {
  fail: ["✗", "bad", "The peer did what a MUST forbids, or did not do what it demands."],
  error: ["!", "bad", "The test or the harness itself is at fault; nothing is said of the peer."],
  inconclusive: ["?", "odd", "What happened neither proves nor disproves the requirement."],
  "could not run": ["⊘", "odd", "The environment, or the peer's program, never got to where the test begins."],
  none: ["∅", "odd", "The test came to no verdict."],
  finding: ["▲", "warn", "The peer does not do what a SHOULD recommends."],
  "known deviation": ["≈", "warn", "A failure that the baseline knows, with the same signature."],
  information: ["i", "note", "The peer makes use of a freedom that the standard leaves."],
  "not applicable": ["–", "off", "The peer does not claim what the test judges."],
  pass: ["✓", "good", "The peer did what the requirement says, and the run proves it."],
};
const UNJUDGED = ["·", "off", "No test judged it."];

export const VERDICTS = Object.keys(ALL); // worst first
export const OPEN = new Set(["inconclusive", "could not run", "not applicable", "none"]);

const OUTCOMES = {
  PASS: ["✓", "good"],
  "PASS WITH FINDINGS": ["▲", "warn"],
  INCOMPLETE: ["?", "odd"],
  ERROR: ["!", "bad"],
  FAIL: ["✗", "bad"],
};

export const rank = (verdict) => (verdict in ALL ? VERDICTS.indexOf(verdict) : VERDICTS.length);
export const sign = (verdict) => (ALL[verdict] ?? UNJUDGED)[0];
export const tone = (verdict) => (ALL[verdict] ?? UNJUDGED)[1];
export const meaning = (verdict) => (ALL[verdict] ?? UNJUDGED)[2];
export const word = (verdict) => (verdict in ALL ? verdict : "not verified");

// The sign alone, in its colour; its word is its name for whoever does not see it.
export function mark(verdict, name = word(verdict)) {
  return h("span", { class: `mark ${tone(verdict)}`, role: "img", "aria-label": name, title: name }, sign(verdict));
}

export function badge(verdict) {
  return h("span", { class: `badge ${tone(verdict)}` }, h("span", { "aria-hidden": "true" }, sign(verdict)), word(verdict));
}

export function outcomeBadge(outcome, large = false) {
  const [glyph, colour] = OUTCOMES[outcome] ?? UNJUDGED;
  return h("span", { class: `badge ${colour} ${large ? "large" : ""}` }, h("span", { "aria-hidden": "true" }, glyph), outcome);
}

export const outcomeRank = (outcome) => -Object.keys(OUTCOMES).indexOf(outcome); // worst first
export const outcomeTone = (outcome) => (OUTCOMES[outcome] ?? UNJUDGED)[1];
export const outcomeSign = (outcome) => (OUTCOMES[outcome] ?? UNJUDGED)[0];

// One bar, a part for each verdict; `counts` is {verdict: number}.
export function bar(counts) {
  const parts = [...VERDICTS].reverse().filter((v) => counts[v]);
  const text = parts.map((v) => `${counts[v]} ${v}`).join(", ");
  return h(
    "span",
    { class: "bar", role: "img", "aria-label": text, title: text },
    parts.map((v) => h("span", { class: `part ${tone(v)} ${v === "fail" ? "" : "plain"}`, vars: { "--part": counts[v] } })),
  );
}

export function worst(verdicts) {
  return verdicts.reduce((a, b) => (rank(b) < rank(a) ? b : a), "");
}
