// A client of the npm package tftp.  npm_client.js MODULE ADDRESS PORT get|put NAME LOCAL [OPTION=VALUE]...
"use strict";

const [module_, host, port, verb, name, local, ...wishes] = process.argv.slice(2);
const options = { host, port: Number(port) };
for (const [key, value] of wishes.map((wish) => wish.split("="))) options[key] = Number(value);
const client = require(module_).createClient(options);
const done = (error) => {
  if (error) console.error(String(error));
  process.exit(error ? 1 : 0);
};
if (verb === "get") client.get(name, local, done);
else client.put(local, name, done);
