-- +goose Up
-- Over what a person wants each group of messages: {"tasks": ["mail", "push"]}. A group that is not named goes by mail; one with
-- nothing named waits on the pages alone. Who wanted no mail at all had one box for it, and keeps what it meant.
alter table reminder_preferences add column channels jsonb not null default '{}' check (jsonb_typeof(channels) = 'object');
update reminder_preferences set channels = case person_kind when 'member' then '{"alerts": [], "other": []}'::jsonb
  else '{"tasks": [], "sessions": [], "agreements": [], "reports": [], "messages": []}'::jsonb end where not mail;
alter table reminder_preferences drop column mail;

-- A practice's own words for its messages, one row a kind and language; where there is none, ours stand. They are checked before
-- they are kept: nothing in them may tell a stranger, or the other partner, anything of anybody.
create table own_words (
  practice_id uuid not null references practices (id),
  id uuid not null,
  kind text not null check (kind in ('ready', 'reminder', 'desk', 'invitation')),
  locale text not null check (locale in ('nl', 'en')),
  words jsonb not null check (jsonb_typeof(words) = 'object'),
  version int not null default 1,
  changed_at timestamptz not null,
  changed_by uuid not null,
  primary key (practice_id, id),
  constraint own_words_once unique (practice_id, kind, locale),
  foreign key (practice_id, changed_by) references members (practice_id, id)
);
select protect('own_words');
