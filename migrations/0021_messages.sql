-- +goose Up
-- Messages between partners and their therapists. A couple has three threads: the joint one, and each partner's own with the
-- therapists. The words are sealed: in an own thread under that partner's key, whoever wrote them, in the joint one under the
-- couple's. Nothing is deleted: what was taken back before anybody read it stays, and nobody is shown it.
create table messages (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  partner_id uuid, -- whose own thread it stands in; null for the joint one.
  author_kind text not null check (author_kind in ('member', 'partner')),
  author_id uuid not null,
  body bytea not null check (is_sealed(body)),
  sent_at timestamptz not null,
  taken_back_at timestamptz,
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id),
  check (partner_id is null or author_kind = 'member' or author_id = partner_id)
);
select protect('messages', 'select, insert, update');
create index messages_thread on messages (practice_id, couple_id, sent_at desc);

-- Who has been shown which message. It decides what is new to whom, and until when a message can be taken back.
create table message_reads (
  practice_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  reader_kind text not null check (reader_kind in ('member', 'partner')),
  reader_id uuid not null,
  read_at timestamptz not null,
  primary key (practice_id, id),
  constraint message_reads_once unique (practice_id, message_id, reader_id),
  foreign key (practice_id, message_id) references messages (practice_id, id)
);
select protect('message_reads', 'select, insert');

-- What waits for a reader of a couple's threads, and since when: in the joint one, and in own threads. It is what a reminder
-- is about, so that it never tells in which thread, from whom or how much. reminded_at: since when a reminder stands for it.
create table message_boxes (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  reader_kind text not null check (reader_kind in ('member', 'partner')),
  reader_id uuid not null,
  joint_since timestamptz,
  own_since timestamptz,
  reminded_at timestamptz,
  primary key (practice_id, id),
  constraint message_boxes_once unique (practice_id, couple_id, reader_id),
  foreign key (practice_id, couple_id) references couples (practice_id, id)
);
select protect('message_boxes', 'select, insert, update');
create index message_boxes_waiting on message_boxes (practice_id, reader_id) where joint_since is not null or own_since is not null;

-- What somebody typed and has not sent: kept when the sign-in had expired, or taken back. thread_id is the couple for the
-- joint thread, else the partner whose own it is.
create table message_drafts (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  thread_id uuid not null,
  writer_kind text not null check (writer_kind in ('member', 'partner')),
  writer_id uuid not null,
  body bytea not null check (is_sealed(body)),
  saved_at timestamptz not null,
  primary key (practice_id, id),
  constraint message_drafts_once unique (practice_id, thread_id, writer_id),
  foreign key (practice_id, couple_id) references couples (practice_id, id)
);
select protect('message_drafts');

-- Whether the practice uses messages, and within how many working days it says that it answers.
alter table practices
  add column messages_on boolean not null default true,
  add column message_days int not null default 2 check (message_days between 1 and 10);
