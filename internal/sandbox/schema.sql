-- The sandbox's state. n numbers every object in the order of creation. The columns named key are natural keys:
-- SQLite itself refuses a second object with the same one. doc is the whole object as JSON.
CREATE TABLE IF NOT EXISTS meta      (key TEXT PRIMARY KEY, value INTEGER NOT NULL);                                    -- schema, seed, serial
CREATE TABLE IF NOT EXISTS orgs      (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, doc TEXT NOT NULL);              -- key: identifier
CREATE TABLE IF NOT EXISTS customers (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, doc TEXT NOT NULL);              -- key: sub-partner, line feed, external id; of a deleted one its n
CREATE TABLE IF NOT EXISTS locations (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, doc TEXT NOT NULL);              -- key: organization, line feed, name; of a deleted one its n
CREATE TABLE IF NOT EXISTS tokens    (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, doc TEXT NOT NULL);              -- key: access token
CREATE TABLE IF NOT EXISTS users (                                                                                      -- people and subscribers
  org INTEGER NOT NULL, n INTEGER NOT NULL, email TEXT NOT NULL UNIQUE, status TEXT NOT NULL, package TEXT NOT NULL,
  first TEXT NOT NULL, last TEXT NOT NULL, display TEXT NOT NULL, phone INTEGER NOT NULL, extension TEXT NOT NULL,
  location INTEGER NOT NULL, roles TEXT NOT NULL, addons TEXT NOT NULL,                                                 -- roles and add-ons: one a line
  created INTEGER NOT NULL, changed INTEGER NOT NULL,                                                                   -- milliseconds since 1970
  PRIMARY KEY (org, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbers (                                                                                    -- number: E.164 without the plus
  number INTEGER PRIMARY KEY, org INTEGER NOT NULL, location INTEGER NOT NULL, owner INTEGER NOT NULL,
  inactive INTEGER NOT NULL, tollfree INTEGER NOT NULL, mobile INTEGER NOT NULL, service INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS numbers_location ON numbers (org, location, number);
