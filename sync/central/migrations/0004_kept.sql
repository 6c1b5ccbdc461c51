-- What did not enter its record as it was made, an operation in conflict or refused, is kept whole beside its answer:
-- both sides of a conflict are then here, whatever becomes of the station that waits for a decision.

ALTER TABLE answered ADD COLUMN operation jsonb;
CREATE INDEX answered_kept ON answered (at) WHERE operation IS NOT NULL;
