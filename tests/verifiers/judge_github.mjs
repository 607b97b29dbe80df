// SPDX-License-Identifier: MIT
// Judges requests by GitHub's own OpenAPI descriptions: api.github.com's and those of Enterprise Server.
// In: [[DESCRIPTION, REQUESTS], …], a request {method, path, query, body, headers}. Out: for each description a list
// of {operation, problems}, operation null where the description has none.
import fs from 'node:fs';
import {answer, inputs, load} from './modules.mjs';

const Ajv = load('ajv').default;
const addFormats = load('ajv-formats').default;
const escape = part => part.replaceAll('~', '~0').replaceAll('/', '~1');

class Description {
  constructor(name) {
    const path = load.resolve('@octokit/openapi/package.json').replace('package.json', `generated/${name}.json`);
    this.document = JSON.parse(fs.readFileSync(path, 'utf8'));
    this.ajv = new Ajv({strict: false, allErrors: true, validateFormats: true, validateSchema: false});
    addFormats(this.ajv);
    this.ajv.addSchema(this.document, 'github');
    this.paths = Object.keys(this.document.paths).map(template => ({
      template,
      pattern: new RegExp('^' + template.replace(/\{[^}]+\}/g, '([^/]+)') + '$'),
      names: [...template.matchAll(/\{([^}]+)\}/g)].map(match => match[1]),
      fixed: template.replace(/\{[^}]+\}/g, '').length,
    }));
  }

  schema(pointer) {
    return this.ajv.getSchema('github#' + pointer) ?? this.ajv.compile({$ref: 'github#' + pointer});
  }

  parameters(base, operation) {
    return (operation.parameters ?? []).map((parameter, index) => {
      if (!parameter.$ref)
        return {...parameter, pointer: `${base}/parameters/${index}/schema`};
      const pointer = parameter.$ref.slice(1);
      const name = pointer.split('/').pop();
      return {...this.document.components.parameters[name], pointer: pointer + '/schema'};
    });
  }

  judge(request) {
    const found = this.paths.filter(path => path.pattern.test(request.path) &&
      this.document.paths[path.template][request.method.toLowerCase()]).sort((a, b) => b.fixed - a.fixed)[0];
    if (!found)
      return {operation: null, problems: ['no such operation']};
    const method = request.method.toLowerCase();
    const operation = this.document.paths[found.template][method];
    const base = `/paths/${escape(found.template)}/${method}`;
    const problems = [];
    const check = (pointer, value, where) => {
      const validate = this.schema(pointer);
      if (!validate(value))
        problems.push(...validate.errors.map(error => `${where}${error.instancePath}: ${error.message}`));
    };
    const typed = (parameter, text) =>
      ['integer', 'number'].includes(parameter.schema?.type) ? Number(text) : text;
    const values = found.pattern.exec(request.path).slice(1).map(decodeURIComponent);
    const known = this.parameters(base, operation);
    for (const parameter of known) {
      const value = parameter.in === 'path' ? values[found.names.indexOf(parameter.name)] : request.query[parameter.name];
      if (parameter.in === 'path' || parameter.in === 'query') {
        if (value !== undefined)
          check(parameter.pointer, typed(parameter, value), parameter.name);
        else if (parameter.required)
          problems.push(`${parameter.name} is missing`);
      }
    }
    for (const name of Object.keys(request.query))
      if (!known.some(parameter => parameter.in === 'query' && parameter.name === name))
        problems.push(`there is no parameter ${name}`);
    if (operation.requestBody && request.body)
      check(`${base}/requestBody/content/application~1json/schema`, request.body, 'body');
    else if (operation.requestBody?.required)
      problems.push('the body is missing');
    if (request.body && !/^application\/json/.test(request.headers['content-type'] ?? ''))
      problems.push('the body is not declared as JSON');
    for (const header of ['user-agent', 'authorization', 'accept'])
      if (!request.headers[header])
        problems.push(`${header} is missing`);
    return {operation: operation.operationId, problems};
  }
}

answer(inputs.map(([name, requests]) => {
  const description = new Description(name);
  return requests.map(request => description.judge(request));
}));
