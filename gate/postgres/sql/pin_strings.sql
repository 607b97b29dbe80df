-- A session must not inherit other rules for strings than those by which scripts are read.
SET standard_conforming_strings = on;
