// Reads the data blocks of this file: the index when the page opens, details of tests when they are asked for.

export async function unpacked(id) {
  const text = document.getElementById(id).textContent.trim();
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

export async function openReport() {
  return new Report(await unpacked("index"));
}

const CROWD = 6;

export class Report {
  constructor(index) {
    this.record = index.record;
    this.automata = index.automata;
    this.missing = index.missing;
    this.paths = index.paths;
    this.tests = read(index.tests);
    this.peers = Object.keys(this.record.peers ?? {});
    this.clients = this.peers.filter((peer) => this.record.peers[peer].role === "client");
    this.servers = this.peers.filter((peer) => !this.clients.includes(peer));
    this.requirements = this.record.requirements ?? {};
    this.byNodeid = new Map(this.tests.map((test) => [test.nodeid, test]));
    this.blocks = new Map();
  }

  // Runs, packets and reason of a test; null where they were left out of the page.
  async details(test) {
    if (!test.block) return null;
    const [number, place] = test.block;
    if (!this.blocks.has(number)) this.blocks.set(number, unpacked(`block-${number}`));
    return (await this.blocks.get(number))[place];
  }

  // [{automaton, first, edges: [edge number], clock}] of a test
  runs(test) {
    return test.runs.map(([path, clock]) => {
      const [automaton, first, ...edges] = this.paths[path];
      return { automaton: this.automata[automaton], first, edges, clock };
    });
  }

  // More peers than have room side by side, each with words.
  crowded(peers = this.peers) {
    return peers.length > CROWD;
  }

  // Whether a requirement concerns a peer at all: those on the other role do not.
  concerns(requirement, peer) {
    const other = this.clients.includes(peer) ? "server" : "client";
    return requirement.role !== other || !["", "not applicable"].includes(requirement.verdicts?.[peer] ?? "");
  }

  testsOf(requirement) {
    this.byRequirement ??= group(this.tests, (test) => test.requirements);
    return this.byRequirement.get(requirement) ?? [];
  }

  // Those that were for it, and broke off over another requirement.
  keptFrom(requirement) {
    this.byPrevented ??= group(this.tests, (test) => test.prevented);
    return this.byPrevented.get(requirement) ?? [];
  }

  // The same test with every peer: [{name, objective, file, by: {peer: test}}]
  rows() {
    this.tables ??= [...group(this.tests, (test) => [test.base]).entries()].map(([base, tests]) => ({
      base,
      tests,
      by: Object.fromEntries(tests.map((test) => [test.peer, test])),
    }));
    return this.tables;
  }
}

// The states of a run, in order.
export function states(run) {
  return [run.first, ...run.edges.map((n) => run.automaton.edges[n][2])].filter(Boolean);
}

export function lastState(run) {
  return run.edges.length ? run.automaton.edges[run.edges.at(-1)][2] : run.first;
}

function read(tables) {
  const { columns, files, names, objectives, groups, reasons, peers } = tables;
  return columns.name.map((_, n) => {
    const file = files[columns.file[n]];
    const params = columns.params[n];
    const head = file ? `${file}::${names[columns.name[n]]}` : names[columns.name[n]];
    const peer = peers[columns.peer[n]];
    return {
      number: n,
      nodeid: columns.nodeid[n] || `${head}[${peer}${params ? `-${params}` : ""}]`,
      base: params ? `${head}[${params}]` : head,
      file,
      name: names[columns.name[n]],
      params,
      peer,
      verdict: columns.verdict[n],
      seconds: columns.seconds[n],
      objective: objectives[columns.objective[n]],
      behaviour: columns.behaviour[n],
      requirements: groups[columns.requirements[n]],
      prevented: groups[columns.prevented[n]],
      reason: reasons[columns.reason[n]],
      signature: reasons[columns.signature[n]],
      runs: columns.runs[n],
      block: columns.block[n],
      baseline: columns.baseline[n],
      line: columns.line[n],
    };
  });
}

export function group(things, keysOf) {
  const found = new Map();
  for (const thing of things) {
    for (const key of keysOf(thing)) {
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(thing);
    }
  }
  return found;
}

export function tally(things, keyOf) {
  const found = {};
  for (const thing of things) found[keyOf(thing)] = (found[keyOf(thing)] ?? 0) + 1;
  return found;
}
