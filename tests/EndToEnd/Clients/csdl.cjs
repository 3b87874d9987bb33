// $metadata through odata-csdl, and what odata-openapi makes of it.
const { readFileSync } = require("node:fs");
const { xml2json } = require("odata-csdl");
const { csdl2openapi } = require("odata-openapi");

const messages = [];
const csdl = xml2json(readFileSync(process.argv[2], "utf8"), { validate: true, messages });
const openapi = csdl2openapi(csdl, { messages });
console.log(JSON.stringify({ version: csdl.$Version, sets: Object.keys(csdl.K12Sync.Container ?? {}).filter((name) => /^[A-Za-z]/.test(name)), paths: Object.keys(openapi.paths), messages }));
