// Numbers, times and lists as people read them.

export const count = (n) => n.toLocaleString("en");

export function many(n, one, several = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : several}`;
}

export function seconds(s) {
  if (s === 0) return "0 s";
  if (s < 0.001) return `${(s * 1e6).toFixed(0)} µs`;
  if (s < 1) return `${(s * 1e3).toFixed(s < 0.01 ? 1 : 0)} ms`;
  return s < 120 ? `${s.toFixed(s < 10 ? 2 : 1)} s` : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

// A time on the clock of a conversation: always the same width, so that columns line up.
export const clock = (s) => s.toFixed(4);

export function date(text) {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text ?? "");
  if (!found) return text ?? "";
  const zone = found[3] === "+00:00" || found[3] === "Z" ? "UTC" : (found[3] ?? "");
  return `${found[1]} ${found[2]} ${zone}`.trim();
}

export function between(began, ended) {
  const ms = Date.parse(ended) - Date.parse(began);
  return Number.isFinite(ms) ? seconds(ms / 1000) : "";
}

export const cut = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);

// A word of a command line as a POSIX shell takes it.
export function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export const command = (words) => words.map(quoted).join(" ");

export function percent(part, whole) {
  return whole ? Math.floor((100 * part) / whole) : 0;
}

// Natural order: 4.2 before 4.10, block 9 before block 10.
export const natural = new Intl.Collator("en", { numeric: true }).compare;
