# SPDX-License-Identifier: MIT
"""A Sequelize project in a test's folder, with the packages that npm carries."""
import json
import os
import pathlib
import subprocess

PEERS = pathlib.Path(os.environ["VERIFIERS"]) / "peers" / "node_modules"

UP_DOWN = """'use strict';
module.exports = {
  async up(queryInterface, Sequelize) {
%s
  },
  async down(queryInterface, Sequelize) {
%s
  },
};
"""


class Project:
    """Mixed into a test with self.folder: writes migrations, and runs what others wrote to migrate."""

    def make_project(self, packages=PEERS):
        self.write("package.json", '{"private": true}', folder=".")
        (self.folder / "node_modules").symlink_to(packages)

    def migration(self, name, up, down="", folder="migrations"):
        return self.write(name, UP_DOWN % (up, down), folder=folder)

    def sequelize_cli(self, *arguments, connection, env=None):
        self.write("config.json", json.dumps({"development": connection}), folder="config")
        result = subprocess.run(
            ["node", PEERS / "sequelize-cli" / "lib" / "sequelize", *arguments], cwd=self.folder,
            env=self.environment(env), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
            check=False)
        self.assertEqual(0, result.returncode, result.stdout)
        return result.stdout

    def umzug(self, script, env=None):
        self.write("umzug.mjs", script, folder=".")
        result = subprocess.run(["node", "umzug.mjs"], cwd=self.folder, env=self.environment(env), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        self.assertEqual(0, result.returncode, result.stdout)
        return result.stdout
