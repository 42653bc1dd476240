// Why to believe what the report says: what was checked, what was measured, and what was not.
import { h } from "./dom.js";
import { facts } from "./packet.js";
import { tally } from "./data.js";
import { cut, many } from "./words.js";

export function trustCard(report) {
  const { checks = [], ...told } = report.record.trust ?? {};
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Why to believe it"),
    h("ul", { class: "checks" }, [...counted(report), ...checks, ...gates(report)].map(([good, text]) => check(good, text))),
    facts([["clock", clocks(report)], ...Object.entries(told)]),
  );
}

function check(good, text) {
  return h("li", { class: good ? "" : "open" }, h("span", { class: `mark ${good ? "good" : "odd"}`, role: "img", "aria-label": good ? "yes" : "open" }, good ? "✓" : "?"), h("span", {}, text));
}

function counted({ record, tests, missing }) {
  const loose = tests.filter((test) => test.verdict === "pass" && !test.runs.length).length;
  const { whole, deselected = 0 } = record.selection ?? {};
  return [
    [!missing.length, missing.length ? `${many(missing.length, "test")} came to no result` : "every test that was collected has a result"],
    [!record.other_failures, record.other_failures ? `${many(record.other_failures, "failure")} outside the suite's tests` : "no failure outside the suite's tests"],
    [!loose, loose ? `${many(loose, "pass", "passes")} without a run` : "every pass rests on a recorded run"],
    [whole !== false, whole ? "the whole suite was asked for" : `a part of the suite was asked for (${many(deselected, "test")} left out)`],
  ];
}

const gates = ({ record }) => (record.gates ?? []).filter((gate) => gate.gate !== "failures").map((gate) => [gate.held, `${gate.gate}: ${cut(gate.text, 160)}`]);

function clocks({ tests }) {
  const found = tally(tests.flatMap((test) => test.runs), ([, clock]) => clock || "unknown");
  return Object.entries(found).map(([name, n]) => `${many(n, "conversation")} in ${name} time`).join(", ");
}
