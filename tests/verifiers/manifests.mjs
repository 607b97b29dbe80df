// SPDX-License-Identifier: MIT
// manifests.mjs <FILE.json: holds Kubernetes objects, an array on stdin, against the API's own schemas, and prints what
// is wrong as JSON. The schemas let unknown keys pass; such a key is one whose value may be anything, even a function.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.VERIFIERS}/`);
const load = async (name) => import(pathToFileURL(require.resolve.paths('x')[0] + `/kubernetes-models/${name}/index.js`));
const kinds = { 'batch/v1': await load('batch/v1'), 'apps/v1': await load('apps/v1') };

function refusal(object) {
  const Kind = kinds[object.apiVersion]?.[object.kind];
  if (!Kind) return `no such kind: ${object.apiVersion} ${object.kind}`;
  try {
    new Kind(object).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

function* unknownKeys(object, part = object, path = '') {
  for (const key of Object.keys(part)) {
    const value = part[key];
    if (!Array.isArray(part) && path + key !== 'apiVersion' && path + key !== 'kind') {
      part[key] = () => 0;
      if (refusal(object) === null) yield `unknown key: ${path}${key}`;
      part[key] = value;
    }
    if (value !== null && typeof value === 'object') yield* unknownKeys(object, value, `${path}${key}/`);
  }
}

let text = '';
for await (const chunk of process.stdin) text += chunk;
const found = JSON.parse(text).map((object) => refusal(object) ?? [...unknownKeys(object)].join(', '));
console.log(JSON.stringify(found));
