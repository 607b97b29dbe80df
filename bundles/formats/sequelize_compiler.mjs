// SPDX-License-Identifier: MIT
//
// Runs migrations of a Sequelize or Umzug project against a scratch database and tells which SQL
// they send. lockgate starts it as `node --input-type=module -`, with one socket as descriptor 3.
//
// Both sides send messages: the length of the rest in decimal digits, a line feed, and the fields,
// parted by NULs. Each command is answered by any number of messages and, last, an `end`:
//
//   open FOLDER DIALECT URL       folder PATH · seeders PATH
//   up KIND FILE                  loads FILE and runs its up
//   down KIND FILE                runs its down
//
//   statement LINE ok|failed SQL WHY USE   sent to the database, in the order of sending
//                                      (USE of what came back: used, inside a package alone, unused,
//                                      or a plain value, whose use is not to be seen)
//   touch LINE name|read|write|network|process WHAT
//   note LINE unawaited           it was not waited for
//   end ok|missing|failed|rolled-back LINE TEXT
//
// Nothing here decides what a statement means; lockgate has the lexer for that.

import { AsyncLocalStorage } from "node:async_hooks";
import childProcess from "node:child_process";
import crypto from "node:crypto";
import dgram from "node:dgram";
import fs from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import net from "node:net";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import worker from "node:worker_threads";

const PROTOCOL_DESCRIPTOR = 3;
const QUIET_TURNS = 20; // of the event loop without a statement, before a migration counts as over
const OWN_FILE = decodeURIComponent(new URL(import.meta.url).pathname);
const SECRET_LENGTH = 6; // shorter ones are in many a statement by chance
const RealDate = Date;
const places = new AsyncLocalStorage();

// What runs now: { file, moment, random, statements, … }; null between two commands.
let current = null;

// Messages

const channel = new net.Socket({ fd: PROTOCOL_DESCRIPTOR });

function send(...fields) {
  const body = Buffer.from(fields.map((field) => String(field).replaceAll("\0", "\uFFFD")).join("\0"));

  channel.write(Buffer.concat([Buffer.from(`${body.length}\n`), body]));
}

// Where in a file: by the stack of whoever calls.

function callSites() {
  const prepare = Error.prepareStackTrace;
  const limit = Error.stackTraceLimit;
  const holder = {};

  Error.stackTraceLimit = 60;
  Error.prepareStackTrace = (_, sites) => sites;
  Error.captureStackTrace(holder, callSites);
  const sites = holder.stack;
  Error.prepareStackTrace = prepare;
  Error.stackTraceLimit = limit;
  return sites;
}

function fileOf(site) {
  const name = site.getFileName() ?? "";

  return name.startsWith("file:") ? decodeURIComponent(new URL(name).pathname) : name;
}

function lineInMigration(sites = callSites()) {
  const site = current && sites.find((one) => fileOf(one) === current.file);

  return site ? site.getLineNumber() : 0;
}

function lineOfError(error) {
  const frames = String(error?.stack ?? "").split("\n");
  const found = frames.map((frame) => frame.lastIndexOf(current.file) < 0 ? null : /:(\d+)(?::\d+)?\)?$/.exec(frame));

  return Number(found.find((one) => one)?.[1] ?? 0) || current.lastLine;
}

// Calls `work` so that all that it starts knows the line of the migration that asked for it.
function at(line, work) {
  const place = places.getStore();

  if (!current || (line === 0 && place?.run === current))
    return work();
  return places.run({ run: current, line }, work);
}

// What a migration must not depend on: files, the network, other programs.

function isLoader(name) {
  return name.startsWith("node:internal/modules") || name.startsWith("node:internal/process/esm_loader");
}

// The line of the project that asks, 0 for its own files but the migration; null: a package does.
function askingLine() {
  const sites = callSites();

  for (const site of sites) {
    const name = fileOf(site);

    if (isLoader(name))
      return null;
    if (name === OWN_FILE || name.startsWith("node:") || !path.isAbsolute(name) || name.includes("/node_modules/"))
      continue;
    return lineInMigration(sites);
  }
  return null;
}

function touch(kind, what, line) {
  const place = places.getStore();

  send("touch", line || (place?.run === current ? place.line : 0) || current.lastLine, kind, what);
}

function guard(module, moduleName, names, kind) {
  for (const name of names) {
    const original = module[name];

    if (typeof original !== "function")
      continue;
    module[name] = function (...rest) {
      const line = current ? askingLine() : null;

      if (line === null)
        return Reflect.apply(original, this, rest);
      touch(kind, `${moduleName}.${name}`, line);
      if (kind === "read")
        return Reflect.apply(original, this, rest);
      throw new Error(`a migration that is compiled cannot call ${moduleName}.${name}`);
    };
    Object.defineProperties(module[name], Object.getOwnPropertyDescriptors(original));
  }
}

const READING = ["readFile", "open", "opendir", "readdir", "stat", "lstat", "access", "readlink", "realpath"];
const WRITING = ["appendFile", "chmod", "chown", "copyFile", "cp", "link", "mkdir", "mkdtemp", "rename", "rm", "rmdir",
  "symlink", "truncate", "unlink", "utimes", "writeFile"];

function guardFiles() {
  guard(fs, "fs", [...READING, ...READING.map((name) => `${name}Sync`), "exists", "existsSync", "createReadStream"], "read");
  guard(fs, "fs", [...WRITING, ...WRITING.map((name) => `${name}Sync`), "createWriteStream"], "write");
  guard(fs.promises, "fs.promises", READING, "read");
  guard(fs.promises, "fs.promises", WRITING, "write");
}

function guardProcesses() {
  const names = ["exec", "execFile", "fork", "spawn"];

  guard(childProcess, "child_process", [...names, ...names.map((name) => `${name}Sync`)], "process");
  guard(process, "process", ["abort", "exit", "kill"], "process"); // nobody would drop the scratch database
  worker.Worker = new Proxy(worker.Worker, {
    construct(Worker, rest) {
      if (current) {
        touch("process", "worker_threads.Worker", lineInMigration());
        throw new Error("a migration that is compiled cannot start a worker");
      }
      return new Worker(...rest);
    },
  });
}

// The one connection to the scratch database is open before the first migration runs.
function guardNetwork() {
  const guardMethod = (prototype, method, what) => {
    const original = prototype[method];

    prototype[method] = function (...rest) {
      if (current) {
        touch("network", what, lineInMigration());
        throw new Error("a migration that is compiled cannot use the network");
      }
      return Reflect.apply(original, this, rest);
    };
  };

  guardMethod(net.Socket.prototype, "connect", "net.connect");
  guardMethod(dgram.Socket.prototype, "send", "dgram.send");
}

// Equal input makes equal SQL: while a migration runs, the clock stands at the moment that its
// name gives, and chance follows from its name.

function freezeClock() {
  const now = () => (current ? current.moment : RealDate.now());

  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, rest, newTarget) =>
      Reflect.construct(target, rest.length === 0 ? [now()] : rest, newTarget === globalThis.Date ? target : newTarget),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

// A stream of bytes that the name decides.
class Chance {
  constructor(name) {
    this.name = name;
    this.count = 0;
    this.rest = Buffer.alloc(0);
  }

  bytes(size) {
    while (this.rest.length < size) {
      const next = crypto.createHash("sha512").update(`${this.name}\0${this.count++}`).digest();

      this.rest = Buffer.concat([this.rest, next]);
    }
    const taken = this.rest.subarray(0, size);

    this.rest = this.rest.subarray(size);
    return Buffer.from(taken);
  }

  fraction() {
    return this.bytes(6).readUIntBE(0, 6) / 2 ** 48;
  }

  uuid() {
    const bytes = this.bytes(16);

    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  fill(target) {
    const view = ArrayBuffer.isView(target) ? target : new Uint8Array(target);

    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(this.bytes(view.byteLength));
    return target;
  }
}

function replaceWhileRunning(holder, name, replacement) {
  const original = holder[name];

  holder[name] = function (...rest) {
    return current ? replacement(...rest) : Reflect.apply(original, this, rest);
  };
}

function answerLater(callback, value) {
  if (typeof callback !== "function")
    return value;
  process.nextTick(callback, null, value);
  return undefined;
}

function fixChance() {
  const bytes = (size, callback) => answerLater(callback, current.chance.bytes(size));
  const fillPart = (target, offset = 0, size = undefined) => {
    current.chance.fill(Buffer.from(target.buffer ?? target, target.byteOffset ?? 0, target.byteLength)
      .subarray(offset, size === undefined ? undefined : offset + size));
    return target;
  };
  const integer = (low, high, callback) => {
    const [from, to, then] = typeof high === "number" ? [low, high, callback] : [0, low, high];

    return answerLater(then, from + Math.floor(current.chance.fraction() * (to - from)));
  };

  replaceWhileRunning(Math, "random", () => current.chance.fraction());
  replaceWhileRunning(crypto, "randomBytes", bytes);
  replaceWhileRunning(crypto, "pseudoRandomBytes", bytes);
  replaceWhileRunning(crypto, "randomFillSync", fillPart);
  replaceWhileRunning(crypto, "randomFill", (target, ...rest) => {
    answerLater(rest.pop(), fillPart(target, ...rest));
  });
  replaceWhileRunning(crypto, "randomInt", integer);
  replaceWhileRunning(crypto, "randomUUID", () => current.chance.uuid());
  replaceWhileRunning(crypto.webcrypto, "getRandomValues", (target) => current.chance.fill(target));
  replaceWhileRunning(crypto.webcrypto, "randomUUID", () => current.chance.uuid());
}

// 20240131120000-name and 2024.01.31T12.00.00.name; where a name has no moment, one for all.
function momentOf(name) {
  const digits = /^\D?(\d{4})\D?(\d{2})\D?(\d{2})\D?(\d{2})?\D?(\d{2})?\D?(\d{2})?/.exec(name)?.slice(1);
  const moment = digits
    ? RealDate.UTC(digits[0], digits[1] - 1, digits[2], digits[3] ?? 0, digits[4] ?? 0, digits[5] ?? 0) : NaN;

  return digits && digits[0] >= "1990" && digits[0] < "2100" && !Number.isNaN(moment)
    ? moment : RealDate.UTC(2000, 0, 1);
}

// The project: .sequelizerc, its configuration, its own Sequelize.

// Not above the project: what lies there is somebody else's.
function findAbove(folder, name) {
  for (let at = folder; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, name)))
      return path.join(at, name);
    if (at === path.dirname(at) || ["package.json", ".git"].some((mark) => fs.existsSync(path.join(at, mark))))
      return null;
  }
}

async function loadModule(file) {
  const extension = path.extname(file);

  if (extension === ".json")
    return JSON.parse(fs.readFileSync(file, "utf8"));
  if (extension !== ".js" && extension !== ".mjs" && extension !== ".cjs")
    return createRequire(file)(file);
  const loaded = await import(pathToFileURL(file).href);

  return loaded.default ?? loaded;
}

async function readRc(folder) {
  const file = findAbove(folder, ".sequelizerc");

  if (!file)
    return { root: path.dirname(findAbove(folder, "package.json") ?? path.join(folder, "package.json")) };
  process.chdir(path.dirname(file)); // what it says is often relative to where it stands
  return { root: path.dirname(file), ...(await loadModule(file)) };
}

// What describes the connection is the scratch database's to say.
const CONNECTION_KEYS = new Set(["username", "password", "database", "host", "port", "url", "use_env_variable", "storage",
  "logging", "replication", "pool", "dialect", "dialectModule", "dialectModulePath", "ssl", "protocol", "benchmark",
  "hooks", "databaseVersion"]);

async function readConfig(rc) {
  const file = path.resolve(rc.root, rc.config ?? path.join("config", "config.json"));

  if (!fs.existsSync(file))
    return {};
  let config = await loadModule(file);

  if (typeof config === "function")
    config = await config();
  config = config[process.env.NODE_ENV || "development"] ?? config;
  const { dialectOptions, ...own } = Object.fromEntries(
    Object.entries(config).filter(([key]) => !CONNECTION_KEYS.has(key)));

  if (dialectOptions) {
    const { ssl: _, ...rest } = dialectOptions;

    own.dialectOptions = rest;
  }
  return own;
}

async function loadSequelize(folder) {
  for (const from of [path.join(folder, "x.js"), path.join(process.cwd(), "x.js")]) {
    const resolve = createRequire(from).resolve;

    for (const name of ["sequelize", "@sequelize/core"])
      try {
        const loaded = await import(pathToFileURL(resolve(name)).href);

        return { Sequelize: loaded.Sequelize ?? loaded.default, from };
      } catch (error) {
        if (error.code !== "MODULE_NOT_FOUND" || !String(error.message).includes(name))
          throw error;
      }
  }
  throw new Error(`the project's own package 'sequelize' is not installed; run npm ci where its package.json is`);
}

// The parts of a URL as libpq reads it: each may also stand behind the question mark.
function partsOf(url) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const part = (name, value) => searchParams.get(name) ?? (value ? decodeURIComponent(value) : undefined);
  const mode = searchParams.get("sslmode") ?? "prefer";

  return {
    host: part("host", hostname) ?? "localhost",
    port: Number(part("port", port) ?? 5432),
    user: part("user", username),
    password: part("password", password),
    database: part("dbname", pathname.slice(1)),
    ssl: mode === "require" ? { rejectUnauthorized: false } : mode.startsWith("verify") ? true : undefined,
  };
}

// Sequelize 7 takes a class for each database, of a package of its own.
function loadDialect(dialect, from) {
  const [name, member] = dialect === "sqlite" ? ["@sequelize/sqlite3", "SqliteDialect"] : ["@sequelize/postgres", "PostgresDialect"];

  return createRequire(from)(name)[member];
}

function isNewMajor({ Sequelize }) {
  return Number.parseInt(Sequelize.version ?? "7", 10) >= 7;
}

async function connect(library, dialect, server, config) {
  const { Sequelize, from } = library;
  const isNew = isNewMajor(library);
  const options = { ...config, logging: false, dialect: isNew ? loadDialect(dialect, from) : dialect };

  if (dialect === "sqlite")
    return new Sequelize({ ...options, storage: ":memory:", ...(isNew ? { pool: { max: 1, idle: Infinity, maxUses: Infinity } } : {}) });
  if (isNew)
    return new Sequelize({ ...options, ...server });
  const { user, ssl, ...rest } = server;

  return new Sequelize({ ...options, ...rest, username: user, dialectOptions: { ...config.dialectOptions, ...(ssl ? { ssl } : {}) } });
}

// The scratch database is a copy of the one that was named, so that what it holds, such as
// extensions, is there, and it stays as it is.

const scratch = { admin: null, name: null, password: null };

async function createScratch(library, server) {
  const name = `lockgate_scratch_${crypto.randomBytes(8).toString("hex")}`;
  const admin = await connect(library, "postgres", server, { pool: { max: 1 } });
  const [[{ database }]] = await admin.query("SELECT current_database() AS database");

  await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${database.replaceAll('"', '""')}"`);
  scratch.admin = admin;
  scratch.name = name;
  scratch.password = server.password;
  return { ...server, database: name };
}

let project = null;

async function leave(code) {
  current = null;
  try {
    if (scratch.name) // with our own connection to it, which nobody gives back
      await scratch.admin.query(`DROP DATABASE IF EXISTS "${scratch.name}" WITH (FORCE)`);
  } finally {
    process.exit(code);
  }
}

// Statements

function quote(text) {
  return `'${String(text).replaceAll("'", "''")}'`;
}

// A bound value, written as the driver would send it.
function literal(value, dialect, from) {
  if (value === null || value === undefined)
    return "NULL";
  if (Buffer.isBuffer(value))
    return dialect === "sqlite" ? `X'${value.toString("hex")}'` : `'\\x${value.toString("hex")}'`;
  if (dialect === "sqlite") {
    if (typeof value === "boolean")
      return value ? "1" : "0";
    if (typeof value === "number" || typeof value === "bigint")
      return String(value);
    return value instanceof Date ? String(value.getTime()) : quote(value);
  }
  const prepared = createRequire(from)("pg/lib/utils").prepareValue(value);

  return prepared === null ? "NULL" : Buffer.isBuffer(prepared) ? `'\\x${prepared.toString("hex")}'` : quote(prepared);
}

// Every place where a parameter cannot stand, and then the parameters themselves.
const PARAMETERS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\/|\$(?:[A-Za-z_]\w*)?\$[^]*?\$(?:[A-Za-z_]\w*)?\$|\$(\w+)/g;

function withValues(sql, parameters, dialect, from) {
  if (!parameters || Object.keys(parameters).length === 0)
    return sql;
  return sql.replace(PARAMETERS, (whole, name) => {
    if (name === undefined)
      return whole;
    const value = Array.isArray(parameters) ? parameters[Number(name) - 1] : parameters[`$${name}`] ?? parameters[name];

    return literal(value, dialect, from);
  });
}

const CONTROL = /^(?:START\s+TRANSACTION|BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|SET\s+(?:SESSION\s+CHARACTERISTICS|TRANSACTION|AUTOCOMMIT))\b/i;

function isControl(sql) {
  return CONTROL.test(sql) && /^[^;]*;?\s*$/.test(sql);
}

function watchStatements(sequelize, library, dialect) {
  const prototype = sequelize.dialect.Query.prototype;
  const run = prototype.run;

  prototype.run = async function (sql, parameters, ...rest) {
    const mine = places.getStore()?.run ?? current;

    if (!mine)
      return Reflect.apply(run, this, [sql, parameters, ...rest]);
    if (this.sequelize !== sequelize) {
      touch("network", "a connection of its own; a model has queryInterface.sequelize instead", lineInMigration());
      throw new Error("a migration that is compiled cannot open a connection of its own");
    }
    return follow(mine, isControl(sql.trim()) ? control : record, {
      query: this, sql: standIns.restore(sql), parameters: standIns.restoreAll(parameters), dialect, from: library.from,
      run: (text, values) => Reflect.apply(run, this, [text, values, ...rest]),
    });
  };
}

// Counts what is under way, to know when a migration is over that did not wait for it.
async function follow(mine, work, statement) {
  const line = places.getStore()?.line || lineInMigration() || mine.lastLine;

  mine.lastLine = line;
  mine.underWay++;
  mine.sent++;
  if (mine.isReturned)
    mine.late ??= line;
  try {
    return await work(mine, line, statement);
  } finally {
    mine.underWay--;
  }
}

// Transactions are the scratch database's too, but no part of the script: lockgate brings its own.
// All that runs shares one connection, so of those that overlap the outermost alone is real.
async function control(mine, line, { sql, parameters, run }) {
  const text = sql.trim();

  if (/^(?:START|BEGIN)\b/i.test(text)) {
    if (mine.open++ > 0)
      return undefined;
    mine.mark = mine.statements.length;
  } else if (/^(?:COMMIT|END)\b/i.test(text)) {
    if (mine.open === 0 || --mine.open > 0)
      return undefined;
  } else if (/^ROLLBACK\b/i.test(text)) {
    if (mine.open === 0)
      return undefined;
    mine.isRolledBack = true;
    if (!/^ROLLBACK\s+(?:\w+\s+)?TO\b/i.test(text)) {
      mine.open = 0;
      mine.statements.length = mine.mark;
    }
  }
  return run(sql, parameters);
}

// An id that the database chose is a plain value, in a result or in a model's instance. A stand-in
// goes in its place; where one comes back in a statement, the id does, and the script depends on it.
class StandIns {
  static FIRST = 8_000_000_000_000_000;
  static APART = 1_000_000; // so that an id is known also by what a little arithmetic makes of it

  constructor() {
    this.chosen = []; // { entry, value }
    this.names = new Map(); // ids that are texts need no stand-in
  }

  for(value, entry) {
    if (typeof value === "string" && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value))
      this.names.set(value, entry);
    if (!/^[1-9]\d{0,14}$/.test(value) || (typeof value !== "string" && typeof value !== "number"))
      return value;
    const number = StandIns.FIRST + this.chosen.push({ entry, value: Number(value) }) * StandIns.APART;

    return typeof value === "string" ? String(number) : number;
  }

  restore(text) {
    if (typeof text !== "string")
      return text;
    for (const [name, entry] of this.names)
      if (text.includes(name))
        entry.use = "used";
    return text.replace(/(?<!\d)8\d{15}(?!\d)/g, (digits) => {
      const distance = Number(digits) - StandIns.FIRST;
      const number = Math.round(distance / StandIns.APART);
      const found = this.chosen[number - 1];

      if (!found)
        return digits;
      found.entry.use = "used";
      return String(found.value + distance - number * StandIns.APART);
    });
  }

  restoreOne(value) {
    return typeof value === "number" ? Number(this.restore(String(value))) : this.restore(value);
  }

  restoreAll(values) {
    if (Array.isArray(values))
      return values.map((value) => this.restoreOne(value));
    if (values === null || typeof values !== "object")
      return values;
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.restoreOne(value)]));
  }

  // In the instance of a model, those values that it did not have `before`.
  putInto(instance, before, entry) {
    for (const [name, value] of Object.entries(instance?.dataValues ?? {}))
      if (before?.[name] === undefined || before[name] === null)
        instance.dataValues[name] = this.for(value, entry);
  }
}

const standIns = new StandIns();

// False of a row's value that the project gave itself, as far as the statement tells.
function isChosen(value, { isInsertion, sql }) {
  if (!isInsertion || !/^[\w-]+$/.test(value))
    return false;
  return /\b(?:DEFAULT|NULL)\b/.test(sql) || !new RegExp(`(?<!\\w)${value}(?!\\w)`).test(sql);
}

// Whether anybody looks at what came back decides whether what follows can depend on it.
function watchResult(result, entry) {
  if (result === null || typeof result !== "object") {
    entry.use = "value";
    return entry.isInsertion ? standIns.for(result, entry) : result;
  }
  const look = (work) => (target, ...rest) => {
    const value = work(target, ...rest);
    const own = rest[0] !== "then" && callSites().map(fileOf).find((name) => name !== OWN_FILE && !name.startsWith("node:"));

    if (own === undefined || own === false) // await asks for `then`
      return value;
    if (own && !own.includes("/node_modules/")) {
      entry.use = "used";
      return value;
    }
    if (entry.use !== "used")
      entry.use = "inside";
    return watchPart(target, rest[0], value, entry);
  };

  return new Proxy(result, {
    get: look((target, name) => Reflect.get(target, name)),
    has: look(Reflect.has),
    ownKeys: look(Reflect.ownKeys),
    getOwnPropertyDescriptor: look(Reflect.getOwnPropertyDescriptor),
  });
}

// A package hands parts of a result on: bulkInsert() its rows.
function watchPart(target, name, value, entry) {
  const fixed = name === undefined ? undefined : Reflect.getOwnPropertyDescriptor(target, name);

  if (!fixed?.configurable || value !== fixed.value || value === null)
    return value;
  if (typeof value !== "object")
    return isChosen(value, entry) ? standIns.for(value, entry) : value;
  return watchResult(value, entry);
}

async function record(mine, line, { query, sql, parameters, dialect, from, run }) {
  const entry = { line, sql: withValues(sql, parameters, dialect, from), isOk: false, use: "unused",
    isInsertion: /^\s*(?:INSERT|REPLACE)\b/i.test(sql) };
  const before = { ...query.instance?.dataValues };

  mine.statements.push(entry);
  if (scratch.name && entry.sql.includes(scratch.name) && !/^\s*(?:SELECT|SHOW)\b/i.test(sql))
    touch("name", "the database's name, which is another one where it is applied", line);
  if (scratch.password?.length >= SECRET_LENGTH && entry.sql.includes(scratch.password))
    touch("name", "the scratch server's password", line);
  try {
    const result = await run(sql, parameters);

    // A search path of the project's own is put in front by run() itself.
    if (query.sql !== sql && query.sql?.endsWith(sql))
      entry.sql = query.sql.slice(0, -sql.length) + entry.sql;
    entry.isOk = true;
    if (entry.isInsertion)
      standIns.putInto(query.instance, before, entry);
    return watchResult(result, entry);
  } catch (error) {
    entry.why = describeError(error);
    throw error;
  }
}

// One connection for all: statements keep one order, and a transaction that was dropped cannot
// hide from the statements beside it.
async function shareConnection(sequelize, isNew) {
  if (!isNew) {
    const connection = await sequelize.connectionManager.getConnection({});

    sequelize.connectionManager.getConnection = async () => connection;
    sequelize.connectionManager.releaseConnection = () => undefined;
    return;
  }
  const connection = await sequelize.pool.acquire();

  sequelize.pool.acquire = async () => connection;
  sequelize.pool.release = () => undefined;
}

// What a migration gets: the query interface, and for Umzug's `context` whatever projects put there.

function tracking(target) {
  return new Proxy(target, {
    get(object, name) {
      const value = Reflect.get(object, name, object);

      if (typeof value !== "function" || name === "constructor")
        return value;
      return (...rest) => at(lineInMigration(), () => Reflect.apply(value, object, rest));
    },
  });
}

function argumentsFor(sequelize, Sequelize, file) {
  const plain = sequelize.getQueryInterface();
  const ownSequelize = tracking(sequelize);
  const logger = new Proxy({}, { get: () => () => undefined });
  const extras = { sequelize: ownSequelize, Sequelize, DataTypes: Sequelize.DataTypes, logger, name: path.basename(file), path: file };
  const base = tracking(plain);
  const lookup = (_, name) => {
    if (name === "context" || name === "queryInterface")
      return queryInterface;
    if (name in extras)
      return extras[name];
    if (name === "getQueryInterface")
      return () => queryInterface;
    return name in plain ? base[name] : ownSequelize[name];
  };
  const queryInterface = new Proxy(plain, {
    get: lookup,
    has: (_, name) => name in extras || name in plain || name in sequelize,
  });

  return [queryInterface, Sequelize];
}

// One migration

const nextTurn = () => new Promise((resolve) => { setImmediate(resolve); });
const pause = () => new Promise((resolve) => { setTimeout(resolve, 1); });

// Waits for what the migration did not wait for.
async function settle(mine) {
  mine.isReturned = true;
  if (mine.underWay > 0)
    mine.late ??= mine.lastLine;
  for (let quiet = 0, seen = mine.sent; quiet < QUIET_TURNS; quiet++) {
    await (mine.underWay > 0 ? pause() : nextTurn());
    if (mine.underWay > 0 || mine.sent > seen)
      quiet = 0;
    seen = mine.sent;
  }
}

async function loadMigration(file) {
  const loaded = await import(pathToFileURL(file).href);

  // The names of a CommonJS module are guessed by reading it; what it exports is all in `default`.
  return loaded.default?.up ? loaded.default : loaded;
}

function describeError(error) {
  const parts = [error?.message ?? error, error?.parent?.message, error?.parent?.detail];

  return [...new Set(parts.filter(Boolean).map((part) => String(part).split("\n")[0]))].join(": ");
}

async function runDirection(direction, kind, file) {
  const mine = { file, moment: momentOf(path.basename(file)), chance: new Chance(path.basename(file)), statements: [],
    open: 0, mark: 0, underWay: 0, sent: 0, lastLine: 0, isReturned: false, isRolledBack: false, late: undefined, stray: undefined };
  let outcome = ["ok", 0, ""];

  current = mine;
  try {
    await places.run({ run: mine, line: 0 }, async () => {
      const migration = await loadMigration(file);

      if (typeof migration[direction] === "function")
        await migration[direction](...argumentsFor(project, library.Sequelize, file));
      else
        outcome = ["missing", 0, ""];
    });
    await settle(mine);
    if (mine.stray)
      throw mine.stray;
    if (mine.isRolledBack)
      outcome = ["rolled-back", mine.lastLine, ""];
  } catch (error) {
    outcome = ["failed", lineOfError(error), describeError(error)];
    await settle(mine);
  }
  if (mine.open > 0) { // a transaction that nobody ended is lost with its connection
    await places.run({ run: mine, line: 0 }, () => project.query("ROLLBACK"));
    outcome = outcome[0] === "ok" ? ["rolled-back", mine.lastLine, ""] : outcome;
  }
  current = null;
  for (const entry of mine.statements)
    send("statement", entry.line, entry.isOk ? "ok" : "failed", entry.sql, entry.why ?? "", entry.use);
  if (mine.late !== undefined)
    send("note", mine.late, "unawaited");
  send("end", ...outcome);
}

process.on("unhandledRejection", (error) => {
  if (current)
    current.stray ??= error;
});
process.on("uncaughtException", (error) => {
  if (current) {
    current.stray ??= error;
  } else {
    console.error(error);
    leave(1);
  }
});

// Commands

let library = null;

// Both decide what the SQL is and where it is read: without them it would be another project's.
async function readOrSay(what, read) {
  try {
    return await read();
  } catch (error) {
    throw new Error(`${what} cannot be read: ${describeError(error)}`);
  }
}

async function open(folder, dialect, url) {
  const rc = await readOrSay(".sequelizerc", () => readRc(folder));
  const ownRc = fs.existsSync(path.join(folder, ".sequelizerc"));
  const migrations = ownRc ? path.resolve(rc.root, rc["migrations-path"] ?? "migrations") : folder;
  const seeders = rc["seeders-path"] ? path.resolve(rc.root, rc["seeders-path"]) : path.join(path.dirname(migrations), "seeders");

  send("folder", migrations);
  if (fs.existsSync(seeders))
    send("seeders", seeders);
  const config = await readOrSay("its configuration", () => readConfig(rc));

  library = await loadSequelize(migrations);
  const server = dialect === "postgres" ? await createScratch(library, partsOf(url)) : null;

  project = await connect(library, dialect, server, config);
  await project.authenticate();
  await shareConnection(project, isNewMajor(library));
  watchStatements(project, library, dialect);
}

async function obey([command, ...fields]) {
  if (command === "up" || command === "down")
    return runDirection(command, ...fields);
  try {
    await open(...fields);
    send("end", "ok", 0, "");
  } catch (error) {
    send("end", "failed", 0, describeError(error));
  }
  return undefined;
}

function listen() {
  let waiting = Buffer.alloc(0);
  let turn = Promise.resolve();

  channel.on("data", (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (let feed; (feed = waiting.indexOf(10)) >= 0;) {
      const end = feed + 1 + Number(waiting.subarray(0, feed));

      if (waiting.length < end)
        return;
      const fields = waiting.subarray(feed + 1, end).toString().split("\0");

      waiting = waiting.subarray(end);
      turn = turn.then(() => obey(fields));
    }
  });
  channel.on("end", () => leave(0)); // also in the middle of a statement
  process.on("SIGTERM", () => leave(1));
}

process.env.TZ = "UTC";
guardFiles();
guardProcesses();
guardNetwork();
freezeClock();
fixChance();
syncBuiltinESMExports();
listen();
