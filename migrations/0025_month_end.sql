-- +goose Up
-- The month's end: many reports are claimed, gathered and kept together.

-- A claim looks once at each practice's next job of a kind.
create index jobs_kind on jobs (kind, practice_id, run_at, id) where state = 'due';

-- A report tells of the month's alerts.
create index alerts_couple on alerts (practice_id, couple_id, created_at) where couple_id is not null;

-- What is sealed does not get smaller: PostgreSQL need not try.
alter table reports alter column pdf set storage external;
alter table reports alter column snapshot set storage external;
