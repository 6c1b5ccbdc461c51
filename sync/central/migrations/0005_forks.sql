-- After a restore versions of an older feed mean nothing beyond the place where the two have parted; restores can
-- follow each other, and each may take an older back-up than the one before.
ALTER TABLE meta ADD COLUMN IF NOT EXISTS forks jsonb NOT NULL DEFAULT '{}';  -- former feed -> last common place
