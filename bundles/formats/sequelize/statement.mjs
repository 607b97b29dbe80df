// SPDX-License-Identifier: MIT

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
