-- +goose Up
-- Several messages may be about one cause, each at a moment of its own kind: a task falls due, is recalled once, is about to
-- close. about_at is the moment in the cause's own life that a message goes by: when the task is due or closes, when the
-- session starts. It stays when somebody chooses another lead, so the row moves and the message still goes once; due_at is
-- when it goes, and follows the lead. Their defaults are for rows that are arranged by hand.
alter table reminders
  add column moment text not null default 'due'
    check (moment in ('due', 'second', 'closing', 'day_before', 'hours_before', 'review', 'now', 'again', 'last', 'passed')),
  add column about_at timestamptz not null default clock_timestamp();
update reminders set
  moment = case cause_kind when 'task' then 'due' when 'session' then 'day_before' when 'agreement' then 'review' else 'now' end,
  about_at = case cause_kind when 'session' then expires_at else due_at end;
alter table reminders drop constraint reminders_once;
alter table reminders add constraint reminders_once unique (practice_id, cause_kind, cause_id, recipient_id, channel, moment, about_at);
alter table reminders drop constraint reminders_cause_kind_check;
alter table reminders add constraint reminders_cause_kind_check
  check (cause_kind in ('task', 'session', 'agreement', 'report', 'invitation', 'reset', 'message', 'alert', 'approval', 'delivery'));

-- How long before or after its moment each kind of message goes: what a practice chose, and what a person chose instead. A
-- kind that is not there goes as we say, or as the practice says.
alter table practices add column reminder_leads jsonb not null default '{}' check (jsonb_typeof(reminder_leads) = 'object');
alter table reminder_preferences add column leads jsonb not null default '{}' check (jsonb_typeof(leads) = 'object');
