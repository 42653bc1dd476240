import { test } from "node:test";
import assert from "node:assert/strict";
import { behaviourRows, spoken, unlike, valueRows } from "./values.js";
import { pairRows } from "./pairs.js";
import { Report } from "./data.js";

const PEERS = { dnsmasq: { role: "server", claimed: { read: true, write: false } }, hpa: { role: "server", claimed: { read: true, write: true } }, curl: { role: "client", claimed: { read: null, write: true }, observed: { read: true, write: true } } };

function report(more = {}) {
  const columns = ["file", "name", "params", "peer", "verdict", "seconds", "objective", "behaviour", "requirements", "reason", "signature", "runs", "block", "baseline", "line", "nodeid"];
  const tests = { columns: Object.fromEntries(columns.map((name) => [name, []])), files: [], names: [], objectives: [], groups: [], reasons: [], peers: [] };
  return new Report({ record: { peers: PEERS, requirements: {}, ...more }, automata: [], missing: [], paths: [], tests });
}

test("values are said as people say them", () => {
  assert.equal(spoken([true, 2, "x"]), "yes or 2 or x");
  assert.ok(unlike(["a", "b"]));
  assert.ok(!unlike(["a", "a"]));
});

test("a value that no test saw is no difference", () => {
  const rows = valueRows(report({ fingerprints: { dnsmasq: { waits: 1, mail: false }, hpa: { mail: true } } }), ["dnsmasq", "hpa"]);
  assert.deepEqual(rows.map(({ name, differs }) => [name, differs]), [["mail", true], ["waits", false]]);
  assert.equal(rows[1].cells[1].empty, "no test saw it");
});

test("ways differ only where all are right", () => {
  const automaton = { name: "A", states: { S: [], T: [], END: [] }, edges: [["S", "", "END"], ["S", "", "T"], ["T", "", "END"]] };
  const made = report();
  made.automata = [automaton];
  made.paths = [[0, "S", 0], [0, "S", 1, 2]];
  const one = (peer, verdict, path) => ({ base: "t", file: "f", objective: "o", params: "", nodeid: `t[${peer}]`, peer, verdict, requirements: [], runs: [[path, "virtual"]] });
  made.tests = [one("dnsmasq", "pass", 0), one("hpa", "pass", 1)];
  assert.deepEqual(behaviourRows(made, ["dnsmasq", "hpa"])[0].cells.map((cell) => cell.value), ["END · 1 step", "END by T · 2 steps"]);
  made.tables = undefined;
  made.tests = [one("dnsmasq", "pass", 0), one("hpa", "fail", 1)];
  assert.deepEqual(behaviourRows(made, ["dnsmasq", "hpa"]), []);
});

test("a pair has in common what both can do, and the MUSTs that each misses", () => {
  const requirements = { A: { level: "MUST", verdicts: { hpa: "fail" } }, B: { level: "SHOULD", verdicts: { curl: "fail" } } };
  const [{ name, cells }] = pairRows(report({ requirements }));
  assert.equal(name, "curl");
  assert.deepEqual(cells.map((cell) => cell.value), ["0 + 0 missed; read", "0 + 1 missed; read, write"]);
  assert.deepEqual(cells.map((cell) => cell.verdict), ["pass", "fail"]);
});

test("a requirement on servers does not concern a client", () => {
  const made = report();
  assert.ok(made.concerns({ role: "server", verdicts: {} }, "hpa"));
  assert.ok(!made.concerns({ role: "server", verdicts: { curl: "not applicable" } }, "curl"));
  assert.ok(made.concerns({ role: "both", verdicts: { curl: "not applicable" } }, "curl"));
  assert.ok(made.concerns({ role: "server", verdicts: { curl: "fail" } }, "curl"));
});
