# SPDX-License-Identifier: MIT
"""run_unittest.py FILE: runs one file of unittest cases and ends with cmocka's closing lines."""
import importlib.util
import pathlib
import signal
import sys
import unittest

# Told to end, a test still stops the servers that it has started.
signal.signal(signal.SIGTERM, signal.default_int_handler)
path = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(path.parent))
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location(path.stem, path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
suite = unittest.defaultTestLoader.loadTestsFromModule(module)
result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses) + len(result.skipped)
print(f"[  PASSED  ] {result.testsRun - bad} test(s).")
if bad:
    print(f"[  FAILED  ] tests, {bad} test(s)")
sys.exit(bad != 0)
