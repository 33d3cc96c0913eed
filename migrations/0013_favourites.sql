-- +goose Up
-- The exercises that a member keeps at hand: each member's own list, and nobody else's. An exercise is a slug of the library
-- or the id of one of the practice's own.
create table exercise_favourites (
  practice_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  exercise_id text not null check (char_length(exercise_id) between 1 and 60),
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  unique (practice_id, member_id, exercise_id),
  foreign key (practice_id, member_id) references members (practice_id, id)
);
select protect('exercise_favourites', 'select, insert, delete');
