// Derives the compact catalogue that the mapping is checked against from Stripe's OpenAPI document.
//
//   node eng/catalogue/derive.mjs <openapi.json> > src/CdcStripeSync.Core/Catalogue/catalogue.json
//
// A field: k kind, c in create, u in update, r required at creation (within its object), e update accepts "" (clears),
// n longest text, v enum values, format, m members, i items or map values; bounds, default and chosen come from amendments.json.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const api = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const amendments = JSON.parse(readFileSync(join(here, 'amendments.json'), 'utf8'));

const bodyOf = operation => operation?.requestBody?.content?.['application/x-www-form-urlencoded']?.schema;
const answerOf = operation => operation?.responses?.['200']?.content?.['application/json']?.schema;
const nameOf = reference => reference?.split('/').pop();

/** The schema without the variant that is only the empty string, and whether there was one. */
function split(schema) {
  const variants = schema.anyOf ?? [schema];
  const isEmpty = s => s.type === 'string' && s.enum?.length === 1 && s.enum[0] === '';
  const rest = variants.filter(s => !isEmpty(s));
  const clears = rest.length < variants.length || rest.some(s => s.type === 'string' && s.enum?.includes(''));
  return { variants: rest, clears };
}

function merge(create, update, required) {
  const sides = [create, update].filter(Boolean).map(split);
  const field = {};
  // A text variant beside an object is Stripe's id of it (plan.product); a number beside text is text ("inf").
  const variants = sides.flatMap(s => s.variants);
  const pick = type => variants.filter(s => s.type === type);
  const texts = pick('string'), objects = pick('object'), arrays = pick('array');
  if (texts.length > 0) {
    field.k = texts.some(s => s.format === 'decimal') ? 'decimal' : 'text';
    const longest = texts.map(s => s.maxLength).filter(Boolean);
    if (longest.length > 0) field.n = Math.min(...longest);
    const values = [...new Set(texts.flatMap(s => s.enum ?? []))].filter(v => v !== '');
    if (values.length > 0 && !pick('integer').length) field.v = values;
  } else if (arrays.length > 0) {
    field.k = 'list';
    field.i = merge(arrays[0].items, undefined, false);
    delete field.i.c;
  } else if (objects.length > 0 && objects[0].properties) {
    field.k = 'object';
    const of = side => side && split(side).variants.find(s => s.type === 'object');
    field.m = members(of(create), of(update));
  } else if (objects.length > 0) {
    field.k = 'map';
    const values = side => side && split(side).variants.find(s => s.type === 'object')?.additionalProperties;
    field.i = merge(values(create), values(update), false);
    delete field.i.c;
    delete field.i.u;
  } else {
    field.k = { boolean: 'boolean', integer: 'integer', number: 'decimal' }[variants[0].type];
    if (variants[0].format === 'unix-time') field.format = 'unix-time';
  }
  if (create) field.c = 1;
  if (update) field.u = 1;
  if (required) field.r = 1;
  if (update && split(update).clears) field.e = 1;
  return field;
}

function members(create, update) {
  const result = {};
  for (const name of [...new Set([...Object.keys(create?.properties ?? {}), ...Object.keys(update?.properties ?? {})])].sort()) {
    if (amendments.ignore.includes(name)) continue;
    const required = (create?.required ?? []).includes(name);
    result[name] = merge(create?.properties?.[name], update?.properties?.[name], required);
  }
  return result;
}

function amend(fields, path, change, resource) {
  let members = fields, field;
  for (const segment of path.split('.')) {
    field = segment === '*' ? field.i : members[segment];
    if (!field) throw new Error(`amendments.json: ${resource}.${path} is not in the document`);
    members = field.m;
  }
  Object.assign(field, change);
}

const resources = {};
for (const [path, operations] of Object.entries(api.paths)) {
  if (!operations.post || !operations.get || path.endsWith('}')) continue;
  const item = Object.keys(api.paths).find(p => p.startsWith(path + '/{') && p.endsWith('}'));
  const list = answerOf(operations.get);
  const name = nameOf(list.properties?.data?.items?.$ref ?? answerOf(operations.post)?.$ref);
  const update = api.paths[item]?.post;
  const fields = members(bodyOf(operations.post), bodyOf(update));
  for (const [field, change] of Object.entries(amendments.fields[name] ?? {})) amend(fields, field, change, name);
  resources[name] = {
    path,
    update: !!update,
    delete: !!api.paths[item]?.delete,
    filters: (operations.get.parameters ?? []).filter(p => p.in === 'query' && p.name !== 'expand').map(p => p.name).sort(),
    actions: amendments.actions[name] ?? [],
    fixed: amendments.fixed.includes(name),
    unmappable: amendments.unmappable[name] ?? {},
    parents: amendments.parents[name] ?? {},
    fields,
  };
}

process.stdout.write(JSON.stringify({ api: api.info.version, resources }, null, 0)
  .replaceAll(/("(?:[a-z_.]+)":\{"path")/g, '\n$1').replaceAll(/("fields":\{)/g, '$1') + '\n');
