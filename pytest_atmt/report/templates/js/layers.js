// What can be told of a packet's bytes without knowing its protocol: the headers that carry it.

const PROTOCOLS = { 1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMPv6" };

export function bytesOf(hex) {
  const found = new Uint8Array(hex.length >> 1);
  for (let n = 0; n < found.length; n++) found[n] = parseInt(hex.slice(2 * n, 2 * n + 2), 16);
  return found;
}

// [{name, from, to, fields: [[name, value]]}]; `summary` begins with the name of the first layer.
export function layersOf(bytes, summary) {
  const found = [];
  const first = /^(Ether|IPv6|IP)\b/.exec(summary)?.[1];
  if (!first) return bytes.length ? [{ name: "Data", from: 0, to: bytes.length, fields: [] }] : [];
  let at = 0;
  let kind = first === "Ether" ? ether : ip;
  while (kind && at < bytes.length) {
    const layer = kind(bytes, at);
    if (!layer) break;
    found.push(layer);
    at = layer.to;
    kind = layer.next;
  }
  if (at < bytes.length) found.push({ name: "Payload", from: at, to: bytes.length, fields: [["length", `${bytes.length - at} bytes`]] });
  return found;
}

const two = (b, at) => (b[at] << 8) | b[at + 1];
const hex = (b, from, to, by = ":") => [...b.slice(from, to)].map((x) => x.toString(16).padStart(2, "0")).join(by);

function ether(b, at) {
  if (b.length < at + 14) return null;
  const type = two(b, at + 12);
  return {
    name: "Ethernet",
    from: at,
    to: at + 14,
    fields: [["source", hex(b, at + 6, at + 12)], ["destination", hex(b, at, at + 6)], ["type", `0x${type.toString(16).padStart(4, "0")}`]],
    next: type === 0x0800 || type === 0x86dd ? ip : null,
  };
}

function ip(b, at) {
  return b[at] >> 4 === 4 ? ip4(b, at) : b[at] >> 4 === 6 ? ip6(b, at) : null;
}

function ip4(b, at) {
  const size = 4 * (b[at] & 15);
  if (size < 20 || b.length < at + size) return null;
  const fragment = two(b, at + 6);
  const fields = [
    ["source", [...b.slice(at + 12, at + 16)].join(".")],
    ["destination", [...b.slice(at + 16, at + 20)].join(".")],
    ["protocol", PROTOCOLS[b[at + 9]] ?? b[at + 9]],
    ["time to live", b[at + 8]],
    ["identification", two(b, at + 4)],
    ["total length", two(b, at + 2)],
  ];
  if (fragment & 0x3fff) fields.push(["fragment", `offset ${8 * (fragment & 0x1fff)}${fragment & 0x2000 ? ", more follow" : ""}`]);
  return { name: "IPv4", from: at, to: at + size, fields, next: fragment & 0x1fff ? null : transport(b[at + 9]) };
}

function ip6(b, at) {
  if (b.length < at + 40) return null;
  const address = (from) => Array.from({ length: 8 }, (_, n) => two(b, from + 2 * n).toString(16)).join(":");
  const fields = [
    ["source", address(at + 8)],
    ["destination", address(at + 24)],
    ["next header", PROTOCOLS[b[at + 6]] ?? b[at + 6]],
    ["hop limit", b[at + 7]],
  ];
  return { name: "IPv6", from: at, to: at + 40, fields, next: transport(b[at + 6]) };
}

const transport = (protocol) => ({ 6: tcp, 17: udp })[protocol] ?? null;

function udp(b, at) {
  if (b.length < at + 8) return null;
  const fields = [["source port", two(b, at)], ["destination port", two(b, at + 2)], ["length", two(b, at + 4)]];
  return { name: "UDP", from: at, to: at + 8, fields };
}

function tcp(b, at) {
  const size = 4 * (b[at + 12] >> 4);
  if (size < 20 || b.length < at + size) return null;
  const flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"].filter((_, n) => b[at + 13] & (1 << n)).join(" ");
  const long = (from) => two(b, from) * 65536 + two(b, from + 2);
  const fields = [["source port", two(b, at)], ["destination port", two(b, at + 2)], ["flags", flags], ["sequence", long(at + 4)], ["acknowledged", long(at + 8)], ["window", two(b, at + 14)]];
  return { name: "TCP", from: at, to: at + size, fields };
}
