-- +goose Up
-- What a partner's start page shows beside open tasks: done in the last days, and what was rescheduled. Without these it
-- would walk over the whole practice's tasks, more of them each week.
create index tasks_done on tasks (practice_id, partner_id, done_at) where status = 'done';
create index tasks_rescheduled on tasks (practice_id, partner_id, due_at) where status = 'rescheduled';

-- A page reads the keys of one couple, destroyed ones too, so that it knows who was erased.
create index wrapped_keys_owner on keys.wrapped_keys (practice_id, owner_id);
