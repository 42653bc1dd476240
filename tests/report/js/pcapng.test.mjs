import { test } from "node:test";
import assert from "node:assert/strict";
import { pcapng } from "./pcapng.js";

const packet = { at: 1.5, summary: "IP / UDP", hex: "45000014", size: 4, direction: "sent", state: "BEGIN", note: "dropped" };

async function blocks(packets) {
  const bytes = new DataView(await pcapng(packets).arrayBuffer());
  const found = [];
  for (let at = 0; at < bytes.byteLength; at += bytes.getUint32(at + 4, true)) found.push([bytes.getUint32(at, true), at, bytes.getUint32(at + 4, true)]);
  return [found, bytes];
}

test("a file has its header, its port, and a block for each packet with octets", async () => {
  const [found] = await blocks([packet, { ...packet, hex: "" }]);
  assert.deepEqual(found.map(([type]) => type), [0x0a0d0d0a, 1, 6]);
});

test("every block ends with its own length", async () => {
  const [found, bytes] = await blocks([packet]);
  for (const [, at, size] of found) assert.equal(bytes.getUint32(at + size - 4, true), size);
});

test("times are microseconds, and the state is the comment", async () => {
  const [found, bytes] = await blocks([packet]);
  const [, at, size] = found[2];
  assert.equal(bytes.getUint32(at + 16, true), 1_500_000);
  assert.match(new TextDecoder().decode(bytes.buffer.slice(at, at + size)), /sent in BEGIN; dropped/);
});
