// Parses an AsyncAPI document with the initiative's own parser: node asyncapi.js PARSER DOCUMENT. Prints each error and warning; 1 when there is one.
const fs = require('fs');
const [, , parser, file] = process.argv;
const SEVERITIES = ['error', 'warning'];

new (require(parser).Parser)().parse(fs.readFileSync(file, 'utf8'), { source: file }).then(({ document, diagnostics }) => {
  const found = diagnostics.filter((one) => one.severity < SEVERITIES.length);
  for (const one of found) console.log(`${file}:${one.range.start.line + 1}: ${SEVERITIES[one.severity]} ${one.code}: ${one.message}`);
  if (!document && found.length === 0) console.log(`${file}: is no document`);
  process.exit(document && found.length === 0 ? 0 : 1);
});
