// A server of the npm package tftp, which ships a client only.  npm_server.js MODULE ADDRESS PORT ROOT
"use strict";

const [module_, address, port, root] = process.argv.slice(2);
const server = require(module_).createServer({ host: address, port: Number(port), root });
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
// without a listener, what goes wrong in one transfer would end the server
server.on("request", (request) => request.on("error", (error) => console.error(String(error))));
server.listen();
