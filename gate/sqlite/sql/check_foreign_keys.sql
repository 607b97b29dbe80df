-- table (text), rowid (integer or NULL), parent (text), fkid (integer): references that lead nowhere.
PRAGMA main.foreign_key_check;
