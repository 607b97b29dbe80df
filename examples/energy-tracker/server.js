// SPDX-License-Identifier: MIT
// A small service on the example's schema: households send what their meters read, and see what a day took.
// It creates no tables: `lockgate run` has done so before it starts, and says in LOCKGATE_OUTCOME how that went.
// GET /health · GET /usage?household=NAME · POST /readings {"household", "read_at", "watt_hours"}
'use strict';

const http = require('node:http');
const { DatabaseSync } = require('node:sqlite');

const MAX_BODY_BYTES = 4096;
const outcome = process.env.LOCKGATE_OUTCOME ?? 'unknown';
const database = new DatabaseSync(process.env.ENERGY_DATABASE ?? 'energy.db');
database.exec('PRAGMA busy_timeout = 5000');

function usage(household) {
  return database.prepare('SELECT day, watt_hours FROM usage_by_day WHERE household = ? ORDER BY day').all(household);
}

function record({ household, read_at: readAt, watt_hours: wattHours }) {
  const hour = Number(readAt.slice(11, 13));
  const tariff = hour < 6 || hour >= 22 ? 'night' : 'day';
  database
    .prepare('INSERT INTO "EnergyLogs" (household, read_at, watt_hours, tariff) VALUES (?, ?, ?, ?)')
    .run(household, readAt, wattHours, tariff);
}

function isReading(value) {
  return (
    value !== null && typeof value === 'object' && typeof value.household === 'string' && value.household !== '' &&
    /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(value.read_at) && Number.isSafeInteger(value.watt_hours) && value.watt_hours >= 0
  );
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BODY_BYTES) return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function answer(request) {
  const url = new URL(request.url, 'http://localhost');
  if (request.method === 'GET' && url.pathname === '/health') {
    return [outcome === 'ok' ? 200 : 503, { schema: outcome }];
  }
  if (request.method === 'GET' && url.pathname === '/usage') {
    return [200, usage(url.searchParams.get('household') ?? '')];
  }
  if (request.method === 'POST' && url.pathname === '/readings') {
    const reading = await readJson(request);
    if (!isReading(reading)) return [400, { error: 'not a reading' }];
    record(reading);
    return [201, reading];
  }
  return [404, { error: 'there is nothing here' }];
}

const server = http.createServer(async (request, response) => {
  let [status, body] = [500, { error: 'the database did not answer' }];
  try {
    [status, body] = await answer(request);
  } catch (error) {
    console.error(error.message);
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
});

// Process 1 of a container has no default actions: without these, stopping it takes until it is killed.
for (const name of ['SIGINT', 'SIGTERM']) {
  process.on(name, () => {
    console.log(`${name}: closing`);
    server.close(() => database.close());
    server.closeIdleConnections();
  });
}

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`listening on ${server.address().port}`));
