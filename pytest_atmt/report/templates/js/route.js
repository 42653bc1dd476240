// Where the reader is: all of it stands in the hash, so that any view can be linked to.

export function current() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [page, ...rest] = path.split("/");
  return { page: page || "overview", name: decoded(rest.join("/")), query: new URLSearchParams(query ?? "") };
}

export function href(page, name = "", query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const search = new URLSearchParams(given).toString();
  return `#/${page === "overview" ? "" : page}${name ? `/${encodeURIComponent(name)}` : ""}${search ? `?${search}` : ""}`;
}

export function go(page, name, query) {
  location.hash = href(page, name, query);
}

// Notes part of a view (a filter, a step) without making a new entry of the history.
export function note(changes) {
  const { page, name, query } = current();
  const all = { ...Object.fromEntries(query), ...changes };
  history.replaceState(null, "", href(page, name, all));
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a hash that somebody typed
  }
}
