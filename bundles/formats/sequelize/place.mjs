// SPDX-License-Identifier: MIT

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
