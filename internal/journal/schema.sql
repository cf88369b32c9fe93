-- What muster remembers. docs/journal.md describes it for people who open the file with sqlite3.

CREATE TABLE meta (clean INTEGER NOT NULL); -- 1 while nobody writes: set at close, taken back at open
INSERT INTO meta VALUES (1);

-- One plan per set of inputs, way of reading them and selection; runs of the same input share it.
CREATE TABLE plan (
  id      INTEGER PRIMARY KEY,
  key     TEXT    NOT NULL,           -- hash of the inputs and of everything that decides the rows
  made    INTEGER NOT NULL,           -- milliseconds since 1970
  rows    INTEGER NOT NULL DEFAULT 0,
  done    INTEGER NOT NULL DEFAULT 0  -- 1 when every row is there
);
CREATE INDEX plan_key ON plan (key);

CREATE TABLE source (
  id    INTEGER PRIMARY KEY,
  file  TEXT NOT NULL,
  sheet TEXT NOT NULL,                -- empty for text files
  UNIQUE (file, sheet)
);

-- Everything a plan asks for.
CREATE TABLE planned (
  plan     INTEGER NOT NULL,
  seq      INTEGER NOT NULL,          -- order of the plan
  kind     TEXT    NOT NULL,          -- customer, location, numbers, user, role
  customer TEXT    NOT NULL,          -- external customer ID
  key      TEXT    NOT NULL,          -- natural key: external ID, location name, email, email and role
  site     TEXT    NOT NULL,          -- location name, for numbers and users
  number   TEXT    NOT NULL,          -- E.164 number that a user is to get
  rank     INTEGER NOT NULL,          -- 0 comes first among the customer's rows of a kind
  source   INTEGER NOT NULL,
  line     INTEGER NOT NULL,          -- row in the source; 0: it stands and no input holds it
  held     TEXT    NOT NULL,          -- why the row must not be tried; empty when it may
  spec     BLOB    NOT NULL,          -- JSON: what the object is to be
  PRIMARY KEY (plan, seq)
) WITHOUT ROWID;
CREATE INDEX planned_rows ON planned (plan, customer, kind, rank, seq);
CREATE INDEX planned_standing ON planned (plan, seq) WHERE line = 0;
CREATE INDEX planned_customers ON planned (plan, seq) WHERE kind = 'customer';
CREATE INDEX planned_numbers ON planned (plan, customer, site, number) WHERE number <> '' AND held = '';

-- Facts of one target are never used for another.
CREATE TABLE scope (
  id          INTEGER PRIMARY KEY,
  target      TEXT NOT NULL,          -- sandbox, or the base URL
  org         TEXT NOT NULL,          -- partner organization
  sub_partner TEXT NOT NULL,
  UNIQUE (target, org, sub_partner)
);

CREATE TABLE run (
  id        INTEGER PRIMARY KEY,
  name      TEXT    NOT NULL UNIQUE,  -- as people call it: 20261120T101500Z-7f3a
  plan      INTEGER NOT NULL,
  scope     INTEGER NOT NULL,
  command   TEXT    NOT NULL,
  version   TEXT    NOT NULL,
  selection TEXT    NOT NULL,
  flags     TEXT    NOT NULL DEFAULT '', -- JSON: the flags that were given; none of them is a secret (since format 5)
  started   INTEGER NOT NULL,
  ended     INTEGER NOT NULL DEFAULT 0,
  state     TEXT    NOT NULL,         -- running, ended, interrupted, stopped
  summary   TEXT    NOT NULL DEFAULT ''
);

CREATE TABLE input (
  run    INTEGER NOT NULL,
  file   TEXT    NOT NULL,
  sha256 TEXT    NOT NULL
);

-- What became of a planned row in a run. An intent without an outcome may have been carried out.
CREATE TABLE outcome (
  run       INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  state     TEXT    NOT NULL,         -- intent, done
  attempts  INTEGER NOT NULL DEFAULT 0, -- intents so far
  at        INTEGER NOT NULL,
  status    TEXT    NOT NULL DEFAULT '',
  reason    TEXT    NOT NULL DEFAULT '',
  remote_id TEXT    NOT NULL DEFAULT '',
  since     INTEGER NOT NULL DEFAULT 0,
  error     TEXT    NOT NULL DEFAULT '', -- JSON
  differs   TEXT    NOT NULL DEFAULT '', -- JSON list: what the sheet says otherwise and a run cannot change (since format 2)
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;

-- Objects that this journal made or saw at a target.
CREATE TABLE object (
  scope    INTEGER NOT NULL,
  customer TEXT    NOT NULL,
  kind     TEXT    NOT NULL,
  key      TEXT    NOT NULL,          -- of users and roles in small letters (since format 3)
  id       TEXT    NOT NULL,          -- the service's
  run      INTEGER NOT NULL,          -- that made it, else that saw it last
  made     INTEGER NOT NULL,          -- 1 when a run of this journal made it
  facts    BLOB    NOT NULL,          -- JSON: what the service does not return
  PRIMARY KEY (scope, customer, kind, key)
) WITHOUT ROWID;
CREATE INDEX object_customers ON object (scope, customer, key) WHERE kind = 'customer';
CREATE INDEX object_locations ON object (scope, customer, key) WHERE kind = 'location';

-- Who did what, by which call (since format 4).
CREATE TABLE deed (
  id      INTEGER PRIMARY KEY,
  actor   TEXT NOT NULL,              -- the service's ID of the person whose token it was; empty when a process ended before it knew the answer
  name    TEXT NOT NULL,              -- email of that person
  command TEXT NOT NULL,
  method  TEXT NOT NULL,
  route   TEXT NOT NULL,              -- path with the ids left out
  UNIQUE (actor, name, command, method, route)
);

-- Every call that was to change something at the service, in the order of the answers (since format 4).
CREATE TABLE audit (
  id       INTEGER PRIMARY KEY,
  run      INTEGER NOT NULL,          -- whose rows the call was about
  deed     INTEGER NOT NULL,
  seq      INTEGER NOT NULL,          -- planned row; 0: subject tells
  sent     INTEGER NOT NULL,          -- milliseconds since 1970
  took     INTEGER NOT NULL,          -- milliseconds
  try      INTEGER NOT NULL,          -- 0 for the first
  status   INTEGER NOT NULL,          -- of HTTP; 0: no answer came; -1: the process ended before it knew the answer
  code     TEXT    NOT NULL,          -- of the service, when it refused
  tracking TEXT    NOT NULL,          -- tracking id of the answer, else of the call
  subject  TEXT    NOT NULL           -- JSON: kind, customer and key of what is no planned row
);
