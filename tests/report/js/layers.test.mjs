import { test } from "node:test";
import assert from "node:assert/strict";
import { bytesOf, layersOf } from "./layers.js";

const UDP = "4500002000010000401100000a0000010a000002c35000450018000000030001";

test("the headers that carry a message are told apart", () => {
  const layers = layersOf(bytesOf(UDP), "IP / UDP 10.0.0.1:50000 > 10.0.0.2:tftp");
  assert.deepEqual(layers.map(({ name, from, to }) => [name, from, to]), [["IPv4", 0, 20], ["UDP", 20, 28], ["Payload", 28, 32]]);
  assert.deepEqual(layers[1].fields[1], ["destination port", 69]);
});

test("what is cut off is no header", () => {
  for (let size = 0; size < UDP.length / 2; size++) {
    const layers = layersOf(bytesOf(UDP.slice(0, 2 * size)), "IP / UDP");
    assert.equal(layers.reduce((sum, { from, to }) => sum + to - from, 0), size);
  }
});

test("a fragment has no ports", () => {
  const fragment = `${UDP.slice(0, 12)}2001${UDP.slice(16)}`;
  assert.deepEqual(layersOf(bytesOf(fragment), "IP / UDP").map(({ name }) => name), ["IPv4", "Payload"]);
});

test("packets of another kind are data", () => {
  assert.deepEqual(layersOf(bytesOf("00ff"), "Raw").map(({ name, to }) => [name, to]), [["Data", 2]]);
  assert.deepEqual(layersOf(bytesOf(""), "Raw"), []);
});
