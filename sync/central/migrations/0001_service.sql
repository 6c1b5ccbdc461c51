-- What the server keeps for itself; no Django model, because nobody edits it.

CREATE TABLE meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    city uuid NOT NULL DEFAULT gen_random_uuid(),
    feed uuid NOT NULL DEFAULT gen_random_uuid(),
    began bigint NOT NULL DEFAULT 0,    -- where in the sequence this feed began: what lies before was in the back-up
    horizon bigint NOT NULL DEFAULT 0,  -- up to where traces of deleted records have been purged
    backed_up timestamptz,
    secret varchar(100) NOT NULL
);

-- The first answer to an operation, given again when the operation comes again.
CREATE TABLE answered (
    op varchar(100) COLLATE "C" PRIMARY KEY,
    login varchar(150) NOT NULL,
    version bigint,  -- that it wrote; null: it wrote nothing
    verdict jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX answered_at ON answered USING brin (at);

-- Wrong passwords in a row for one login name, and until when the next try waits.
CREATE TABLE attempts (
    login varchar(150) PRIMARY KEY,
    failures integer NOT NULL,
    until timestamptz NOT NULL
);

-- Photos and papers by their own SHA-256, and pieces of those that are still on their way.
CREATE TABLE files (
    sha256 char(64) PRIMARY KEY,
    type varchar(50) NOT NULL,
    content bytea NOT NULL,
    login varchar(150) NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE files ALTER COLUMN content SET STORAGE EXTERNAL;  -- photos are packed already

CREATE TABLE parts (
    sha256 char(64) NOT NULL,
    login varchar(150) NOT NULL,
    start bigint NOT NULL,
    content bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sha256, login, start)
);
