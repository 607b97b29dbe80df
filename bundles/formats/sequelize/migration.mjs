// SPDX-License-Identifier: MIT

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
