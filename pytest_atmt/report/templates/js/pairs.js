// Clients down, servers across: neither was run with the other, so what is told is what is known of each.
import { href } from "./route.js";
import { many } from "./words.js";

export function pairRows(report) {
  return report.clients.map((client) => ({
    group: "clients",
    name: client,
    text: "",
    link: href("peers", client),
    differs: true,
    cells: report.servers.map((server) => cell(report, client, server)),
  }));
}

function cell(report, client, server) {
  const shared = able(report, client).filter((name) => able(report, server).includes(name));
  const [ours, theirs] = [missed(report, client), missed(report, server)];
  const both = shared.join(", ") || "nothing in common";
  return {
    verdict: ours + theirs ? "fail" : "pass",
    value: `${ours} + ${theirs} missed; ${both}`,
    brief: `${ours} + ${theirs}`,
    link: href("peers", server),
    title: `${client} misses ${many(ours, "MUST")}, ${server} ${many(theirs, "MUST")}; both: ${both}`,
  };
}

function able(report, peer) {
  const { claimed = {}, observed = {} } = report.record.peers[peer];
  return Object.keys(claimed).filter((name) => claimed[name] ?? observed[name]);
}

function missed(report, peer) {
  return Object.values(report.requirements).filter((r) => r.level?.startsWith("MUST") && ["fail", "error"].includes(r.verdicts?.[peer])).length;
}
