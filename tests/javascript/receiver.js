// Verifies what is posted here with the package `standardwebhooks`, by the code that docs/webhooks.md shows.
// Says its port, then one line of JSON for each request: whether it verified, and the message as JavaScript read it.
"use strict";

const fs = require("fs");
const http = require("http");

const [documentPath, secret] = process.argv.slice(2);
const example = fs.readFileSync(documentPath, "utf8").match(/^```js\n([\s\S]*?)^```$/m)[1];
const verified = new Function("require", `${example}; return verified;`)(require);

const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    let told;
    try {
      told = { verified: true, message: verified(secret, Buffer.concat(parts), request.headers) };
    } catch (error) {
      told = { verified: false, error: error.name };
    }
    process.stdout.write(JSON.stringify(told) + "\n");
    response.writeHead(told.verified ? 204 : 400).end();
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
