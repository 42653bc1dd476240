// One packet: what it is, the headers that carry it, and its bytes.
import { copyButton, h } from "./dom.js";
import { bytesOf, layersOf } from "./layers.js";
import { clock, many } from "./words.js";

const WAYS = { sent: "sent by the tester", received: "received from the peer", ignored: "seen, but not for this automaton" };
const MOST = 512; // bytes that are shown before somebody asks for more

export function packetView(packet, number) {
  const bytes = bytesOf(packet.hex);
  const layers = packet.layers ? packet.layers.map(dissected) : layersOf(bytes, packet.summary);
  return h(
    "div",
    { class: "packet" },
    h("h3", {}, h("span", {}, `Packet ${number + 1}`), h("small", {}, short(packet.summary).text)),
    facts([
      ["time", `${clock(packet.at)} s`],
      ["direction", WAYS[packet.direction] ?? packet.direction],
      ["in state", packet.state],
      ["led on by", packet.via],
      ["on the wire", packet.note],
      ["length", packet.size ? many(packet.size, "byte") : ""],
      ["summary", packet.summary],
    ]),
    layers.map((one, n) => layer(one, n, n > 1)),
    bytes.length ? dump(packet, bytes, layers) : h("p", { class: "hint" }, packet.size ? "Its bytes are in report.json; they were left out of this page." : "The link carries no bytes."),
  );
}

// "IP / UDP 192.0.2.1:44344 > 192.0.2.2:tftp / TFTP / ACK 1" -> text "TFTP / ACK 1", ends "192.0.2.1:44344 > …"
export function short(summary) {
  const found = /^(?:Ether \/ )?(?:IPv6|IP) \/ (?:UDP|TCP) (\S+ > \S+)(?: \/ | )(.+)$/.exec(summary);
  return found ? { text: found[2], ends: found[1] } : { text: summary, ends: "" };
}

export function facts(pairs, name = "facts") {
  const kept = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return h("dl", { class: name }, kept.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value))));
}

// A layer as the record tells it; nothing is known of its octets where they were not kept apart.
const dissected = ([name, from, to, fields]) => ({ name, from, to, fields });

// What carries the protocol's own message is folded; the message itself is what a reader wants.
function layer({ name, fields, from, to }, n, open) {
  const note = to > from ? many(to - from, "byte") : "";
  return h("details", { class: `layer layer-${n % 4}`, open }, h("summary", {}, name, h("small", {}, note)), facts(fields.map(([k, v]) => [String(k), String(v)])));
}

function dump(packet, bytes, layers) {
  const pre = h("pre", { class: "hex", tabindex: "0", "aria-label": "Bytes in hexadecimal and as text" });
  const draw = (most) => pre.replaceChildren(...rows(bytes.subarray(0, most), layers));
  draw(MOST);
  const more = bytes.length > MOST && h("button", { type: "button", onclick: () => (draw(bytes.length), more.remove()) }, `Show all ${many(bytes.length, "byte")}`);
  const rest = packet.size - bytes.length;
  return h(
    "div",
    { class: "dump" },
    pre,
    h("p", { class: "buttons" }, more, copyButton(packet.hex, "Copy the bytes"), rest > 0 ? h("span", { class: "hint" }, `${many(rest, "more byte")} in report.json`) : null),
  );
}

function rows(bytes, layers) {
  const found = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = [...bytes.subarray(at, at + 16)];
    found.push(h("span", { class: "offset" }, at.toString(16).padStart(4, "0")), "  ");
    line.forEach((byte, n) => found.push(cell(byte.toString(16).padStart(2, "0"), at + n, layers), n === 7 ? "  " : " "));
    found.push(" ".repeat(3 * (16 - line.length) + (line.length < 8 ? 1 : 0)), " ");
    line.forEach((byte, n) => found.push(cell(byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·", at + n, layers)));
    found.push("\n");
  }
  return found.map((part) => (typeof part === "string" ? document.createTextNode(part) : part));
}

function cell(text, at, layers) {
  const n = layers.findIndex(({ from, to }) => at >= from && at < to);
  return n < 0 ? text : h("span", { class: `layer-${n % 4}` }, text);
}
