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
