// SPDX-License-Identifier: MIT

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
