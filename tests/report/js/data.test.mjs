import { test } from "node:test";
import assert from "node:assert/strict";
import { Report, group, lastState, states, tally } from "./data.js";

const columns = { nodeid: [0, "own::name"], file: [0, 0], name: [0, 1], params: ["1", ""], peer: [0, 1], verdict: ["pass", "fail"], seconds: [0, 0], objective: [0, 1], behaviour: ["", ""], requirements: [0, 0], prevented: [1, 0], reason: [0, 1], signature: [0, 0], runs: [[[0, "virtual"]], []], block: [null, null], baseline: [null, null], line: [3, null] };
const index = {
  record: { peers: { server: { role: "server" }, client: { role: "client" } }, requirements: { A: { id: "A", role: "server", verdicts: { server: "pass" } }, B: { id: "B", role: "both", verdicts: {} } } },
  automata: [{ name: "Reader", edges: [["BEGIN", "", "WAITING"], ["WAITING", "hear", "END"]], states: {} }],
  paths: [[0, "BEGIN", 0, 1]],
  missing: [],
  tests: { columns, files: ["t.py"], names: ["test_a", "test_b"], objectives: ["a", "b"], groups: [["A"], []], reasons: ["", "why"], peers: ["server", "client"] },
};

test("names of tests are put together again", () => {
  const report = new Report(index);
  assert.deepEqual(report.tests.map((t) => t.nodeid), ["t.py::test_a[server-1]", "own::name"]);
  assert.equal(report.tests[1].reason, "why");
});

test("tests are found by what they judge, and by what they could not", () => {
  const report = new Report(index);
  assert.deepEqual(report.testsOf("A").map((t) => t.number), [0, 1]);
  assert.deepEqual(report.keptFrom("A").map((t) => t.number), [1]);
  assert.deepEqual(report.keptFrom("B"), []);
});

test("a path becomes its states", () => {
  const report = new Report(index);
  const [run] = report.runs(report.tests[0]);
  assert.deepEqual(states(run), ["BEGIN", "WAITING", "END"]);
  assert.equal(lastState(run), "END");
});

test("what is asked of servers does not concern clients", () => {
  const report = new Report(index);
  assert.deepEqual([report.servers, report.clients], [["server"], ["client"]]);
  const { A, B } = report.requirements;
  assert.deepEqual([report.concerns(A, "server"), report.concerns(A, "client"), report.concerns(B, "client")], [true, false, true]);
});

test("tests are found by what they judge", () => {
  assert.equal(new Report(index).testsOf("A").length, 2);
  assert.deepEqual(new Report(index).testsOf("nothing"), []);
});

test("groups keep the order in which they come", () => {
  assert.deepEqual([...group([3, 1, 2], (n) => [n % 2 ? "odd" : "even"]).entries()], [["odd", [3, 1]], ["even", [2]]]);
  assert.deepEqual(tally([3, 1, 2], (n) => n % 2), { 1: 2, 0: 1 });
});
