-- Nobody reads the history who was not told to: see lockgate init --reader.
REVOKE ALL ON SCHEMA lockgate FROM PUBLIC;
