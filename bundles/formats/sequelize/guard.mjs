// SPDX-License-Identifier: MIT

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
