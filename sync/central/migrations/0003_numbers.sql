-- The last number that the server itself gave out of a station's block: accounts of other systems keep no count.

CREATE TABLE numbers (
    block integer NOT NULL,
    module varchar(100) COLLATE "C" NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (block, module)
);
