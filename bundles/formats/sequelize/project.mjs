// SPDX-License-Identifier: MIT

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
