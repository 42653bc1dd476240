// The packets of a run as a pcapng file for Wireshark, the automaton's state as each packet's comment.
import { bytesOf } from "./layers.js";

const ETHERNET = 1;
const RAW_IP = 101;

export function pcapng(packets) {
  const link = packets.some((p) => p.summary.startsWith("Ether")) ? ETHERNET : RAW_IP;
  const header = block(0x0a0d0d0a, [word(0x1a2b3c4d), half(1), half(0), word(0xffffffff), word(0xffffffff)]);
  const port = block(1, [half(link), half(0), word(0)]);
  const rows = packets.filter((p) => p.hex).map(record);
  return new Blob([header, port, ...rows], { type: "application/x-pcapng" });
}

function record(packet) {
  const bytes = bytesOf(packet.hex);
  const at = Math.round(packet.at * 1e6);
  const text = new TextEncoder().encode(`${packet.direction} in ${packet.state}${packet.note ? `; ${packet.note}` : ""}`);
  const comment = [half(1), half(text.length), padded(text), word(0)];
  return block(6, [word(0), word(Math.floor(at / 2 ** 32)), word(at >>> 0), word(bytes.length), word(packet.size), padded(bytes), ...comment]);
}

function block(type, parts) {
  const size = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  return joined([word(type), word(size), ...parts, word(size)]);
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function padded(bytes) {
  const all = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  all.set(bytes);
  return all;
}

const word = (n) => new Uint8Array([n & 255, (n >>> 8) & 255, (n >>> 16) & 255, (n >>> 24) & 255]);
const half = (n) => new Uint8Array([n & 255, (n >>> 8) & 255]);
