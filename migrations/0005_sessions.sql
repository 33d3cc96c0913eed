-- +goose Up
create table sessions (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  kind text not null check (kind in ('conjoint', 'individual')),
  partner_id uuid,
  therapists jsonb not null default '[]',
  room text not null default '' check (char_length(room) <= 60),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  status text not null default 'planned' check (status in ('planned', 'held', 'cancelled', 'no_show')),
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id),
  check ((kind = 'individual') = (partner_id is not null))
);
select protect('sessions', 'select, insert, update');
create index sessions_when on sessions (practice_id, starts_at);
create index sessions_couple on sessions (practice_id, couple_id, starts_at);

-- One row for each therapist, room and partner that a session takes up. The exclusion constraint makes a double booking
-- impossible, whatever runs at the same time (design decision 23).
create table session_slots (
  practice_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  kind text not null check (kind in ('therapist', 'room', 'partner')),
  resource text not null,
  during tstzrange not null,
  primary key (practice_id, id),
  foreign key (practice_id, session_id) references sessions (practice_id, id),
  constraint session_slots_no_overlap exclude using gist (practice_id with =, kind with =, resource with =, during with &&)
);
select protect('session_slots');
create index session_slots_session on session_slots (practice_id, session_id);

create table session_notes (
  practice_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  couple_id uuid not null,
  author_id uuid not null,
  body bytea not null check (is_sealed(body)),
  signed_at timestamptz,
  signed_by uuid,
  cosigned_at timestamptz,
  cosigned_by uuid,
  amends_id uuid,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, session_id) references sessions (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, author_id) references members (practice_id, id)
);
-- A note is locked once it is signed: what was signed cannot be written over, and one session has one note in the making.
create unique index session_notes_unsigned on session_notes (practice_id, session_id) where signed_at is null;
select protect('session_notes', 'select, insert, update');
create index session_notes_session on session_notes (practice_id, session_id);
