import { type Kysely, sql } from 'kysely'

/** Accounts (the shapes better-auth works on), 主体, memberships, mandates, certificates. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of [...accounts, ...organisations, ...certificates]) await sql.raw(statement).execute(db)
}

// Sessions, second factors and rate limits live in real time (`clock_timestamp()`), never in the sandbox's.
const accounts = [
  `create table person (
    id uuid primary key,
    name text not null check (char_length(name) between 1 and 100),
    email text not null unique check (email = lower(email)),
    email_verified boolean not null default false,
    image text,
    two_factor_enabled boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
  )`,
  `create table person_account (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    account_id text not null,
    provider_id text not null,
    password text,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    unique (provider_id, account_id)
  )`,
  'create index on person_account (person_id)',
  `create table person_verification (
    id uuid primary key,
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
  )`,
  'create index on person_verification (identifier)',
  `create table person_two_factor (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    secret text not null,
    backup_codes text not null,
    verified boolean not null default false,
    failed_verification_count integer not null default 0,
    locked_until timestamptz
  )`,
  'create index on person_two_factor (person_id)',
  // Double precision: milliseconds stay exact, and the driver answers a number, which the limiter computes with.
  `create table sign_in_rate (
    id uuid primary key,
    key text not null unique,
    count integer not null,
    last_request double precision not null
  )`,
  `create table login_nonce (
    nonce_sha256 bytea primary key,
    purpose text not null check (purpose in ('login', 'bind')),
    person_id uuid references person on delete cascade,
    origin text not null,
    expires_at timestamptz not null
  )`,
]

const organisations = [
  `create table organisation (
    id uuid primary key,
    uscc char(18) not null unique,
    name text not null check (char_length(name) between 2 and 200),
    kinds text[] not null check (cardinality(kinds) > 0 and kinds <@
      array['purchaser', 'agency', 'supplier', 'centre', 'supervisor', 'trustee-body', 'bank']),
    address text not null,
    contact_name text not null,
    contact_phone text not null,
    contact_email text not null,
    size text not null check (size in ('large', 'medium', 'small', 'micro')),
    status text not null default 'active' check (status in ('active', 'suspended', 'closed')),
    promise_version text,
    promise_sha256 bytea,
    registered_by uuid references person,
    registered_at timestamptz not null default app_now(),
    check ((promise_version is null) = (promise_sha256 is null))
  )`,
  `create table membership (
    id uuid primary key,
    person_id uuid not null references person,
    organisation_id uuid not null references organisation,
    role text not null check (role in ('supplier-preparer', 'supplier-signer', 'purchaser', 'purchaser-approver',
      'agency', 'evaluator', 'centre', 'supervisor', 'trustee', 'bank', 'administrator')),
    manages boolean not null default false,
    since timestamptz not null default app_now(),
    ended_at timestamptz
  )`,
  'create unique index on membership (person_id, organisation_id, role) where ended_at is null',
  'create index on membership (organisation_id)',
  // A session acts for one membership at a time; made here because it points at it.
  `create table person_session (
    id uuid primary key,
    token text not null unique,
    person_id uuid not null references person on delete cascade,
    via text not null default 'password' check (via in ('password', 'certificate')),
    membership_id uuid references membership,
    ip_address text,
    user_agent text,
    expires_at timestamptz not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
  )`,
  'create index on person_session (person_id)',
  `create table invitation (
    id uuid primary key,
    organisation_id uuid not null references organisation,
    email text not null check (email = lower(email)),
    role text not null,
    manages boolean not null default false,
    code_sha256 bytea not null unique,
    invited_by uuid not null references person,
    made_at timestamptz not null default app_now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by uuid references person
  )`,
  'create index on invitation (organisation_id)',
]

const certificates = [
  // sha256 unique: one certificate speaks for one person, for ever.
  `create table certificate (
    id uuid primary key,
    der bytea not null,
    sha256 bytea not null unique,
    chain bytea[] not null,
    person_id uuid not null references person,
    organisation_id uuid references organisation,
    purpose text not null check (purpose in ('organisation', 'personal')),
    subject text not null,
    issuer text not null,
    serial text not null,
    not_before timestamptz not null,
    not_after timestamptz not null,
    bound_by text not null check (bound_by in ('issued', 'proof')),
    statement bytea,
    statement_cms bytea,
    bound_at timestamptz not null default app_now(),
    unbound_at timestamptz,
    check ((purpose = 'organisation') = (organisation_id is not null))
  )`,
  'create index on certificate (person_id)',
  'create index on certificate (organisation_id)',
  // Every list that was ever valid is kept: a verdict of the past must stay checkable.
  `create table certificate_crl (
    sha256 bytea primary key,
    authority_sha256 bytea not null,
    der bytea not null,
    this_update timestamptz not null,
    next_update timestamptz not null,
    stored_at timestamptz not null default app_now()
  )`,
  'create index on certificate_crl (authority_sha256, stored_at desc)',
  // The demo authority's own register; its key lies in the data folder, production never writes here.
  `create table demo_certificate (
    serial text primary key,
    certificate_id uuid not null references certificate,
    revoked_at timestamptz
  )`,
  `create table mandate (
    id uuid primary key,
    agency_id uuid not null references organisation,
    purchaser_id uuid not null references organisation,
    scope text not null check (char_length(scope) between 1 and 2000),
    valid_from timestamptz not null,
    valid_until timestamptz not null check (valid_until > valid_from),
    statement bytea not null,
    statement_sha256 bytea not null unique,
    cms bytea not null,
    certificate_id uuid not null references certificate,
    chain bytea[] not null,
    crl bytea,
    made_by uuid not null references person,
    made_at timestamptz not null default app_now(),
    revoked_at timestamptz,
    revoked_by uuid references person,
    check (agency_id <> purchaser_id)
  )`,
  'create index on mandate (agency_id)',
  'create index on mandate (purchaser_id)',
]
