import Foundation
import Leads
import Postgres

/// DomIQ's own database with made-up conversations, written from docs/vendors.md and not from the client: a real schema
/// with row-level security, its triggers, a role that may only read, and one that may also set a status.
package struct DomIQStandIn: Sendable {
  /// DomIQ's id of the company.
  package static let company = "c0000000-0000-4000-8000-000000000001"
  private static let role = "domiq_reader"
  private static let writer = "domiq_writer"

  /// The owner's connection string.
  package let url: String

  /// The connection string of the role that may only read.
  package var readerURL: String { "\(url)&options=-crole%3D\(Self.role)" }

  /// The connection string of the role that may also set the status of a conversation.
  package var writerURL: String { "\(url)&options=-crole%3D\(Self.writer)" }

  /// Makes the schema in an empty database and fills it.
  /// - Parameter isLinked: whether conversations have a column with the id in ResMan.
  package static func make(
    _ world: VendorWorld, in url: String, isLinked: Bool = true
  ) async throws -> DomIQStandIn {
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    do {
      try await connection.script(schema(isLinked: isLinked))
      try await fill(connection, world, isLinked: isLinked)
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
    return DomIQStandIn(url: url)
  }

  /// Runs a statement as the owner, as DomIQ itself would.
  package func change(_ sql: SQL) async throws {
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    do {
      _ = try await connection.execute(sql)
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
  }

  /// One value of a statement, as the owner sees it.
  package func value<T: PostgresDecodable & Sendable>(_ sql: SQL) async throws -> T {
    let connection = try await PostgresConnection(PostgresConfiguration(url: url))
    do {
      guard let row = try await connection.queryOne(sql) else {
        throw PostgresError(.value, detail: "no row")
      }
      let value: T = try row["value"]
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  private static func schema(isLinked: Bool) -> String {
    """
    create table company (id uuid primary key, name text not null);
    create table property (
      id uuid primary key, company_id uuid not null references company, name text not null);
    create table chatbot (id uuid primary key, property_id uuid not null references property);
    create table "user" (id uuid primary key, email varchar(255), phone varchar(50));
    create table conversation (
      id uuid primary key, chatbot_id uuid not null references chatbot, user_id uuid references "user",
      start_time timestamptz, end_time timestamptz, is_qualified boolean, is_book_tour boolean,
      tour_type varchar(50), tour_datetime timestamp, pre_qualified boolean, source varchar(50),
      status varchar(50), lead_score integer, created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
      \(isLinked ? ", resman_lead_id varchar(100)" : ""));
    create index on conversation (chatbot_id);
    create table message (
      id uuid primary key default gen_random_uuid(),
      conversation_id uuid not null references conversation, sender_type varchar(20) not null,
      message_text text, created_at timestamptz not null);
    create index on message (conversation_id, created_at);
    create table lead_notification (
      id uuid primary key, conversation_id uuid references conversation, status varchar(50),
      sent_at timestamptz, read_at timestamptz, response_at timestamptz);
    do $$ begin
      if not exists (select from pg_roles where rolname = '\(role)') then
        create role \(role) nologin;
      end if;
      if not exists (select from pg_roles where rolname = '\(writer)') then
        create role \(writer) nologin;
      end if;
    end $$;
    grant select on all tables in schema public to \(role), \(writer);
    grant update (status) on conversation to \(writer);
    -- A version, whatever is updated.
    create function conversation_touched() returns trigger language plpgsql as $$ begin
      if new.updated_at = old.updated_at then
        new.updated_at := old.updated_at + interval '1 second';
      end if;
      return new;
    end $$;
    create trigger conversation_touched before update on conversation
      for each row execute function conversation_touched();
    -- People are told of a status that becomes qualified or tour_scheduled; a flag merely sets that status.
    create function conversation_flagged() returns trigger language plpgsql as $$ begin
      if new.status is distinct from old.status then
        return new;
      elsif new.is_qualified and not coalesce(old.is_qualified, false) then
        new.status := 'qualified';
      elsif new.is_book_tour and not coalesce(old.is_book_tour, false) then
        new.status := 'tour_scheduled';
      end if;
      return new;
    end $$;
    create trigger conversation_flagged before update of is_qualified, is_book_tour on conversation
      for each row execute function conversation_flagged();
    create function conversation_notice() returns trigger language plpgsql security definer as $$ begin
      insert into lead_notification (id, conversation_id, status)
      values (gen_random_uuid(), new.id, 'pending');
      return null;
    end $$;
    create trigger conversation_notice after update on conversation for each row
      when (new.status is distinct from old.status
        and new.status in ('qualified', 'tour_scheduled'))
      execute function conversation_notice();
    alter table property enable row level security;
    create policy company_only on property
      using (company_id::text = current_setting('app.current_company_id', true));
    alter table conversation enable row level security;
    create policy company_only on conversation using (chatbot_id in (
      select b.id from chatbot b join property p on p.id = b.property_id
      where p.company_id::text = current_setting('app.current_company_id', true)));
    """
  }

  private static func fill(
    _ connection: PostgresConnection, _ world: VendorWorld, isLinked: Bool
  ) async throws {
    _ = try await connection.execute(
      "insert into company values (\(company)::uuid, 'Made-up Living'), (gen_random_uuid(), 'Another')"
    )
    for property in world.properties {
      _ = try await connection.execute(
        """
        insert into property values (\(property.id), \(company)::uuid, \(property.name))
        """)
      _ = try await connection.execute(
        "insert into chatbot values (gen_random_uuid(), \(property.id))")
    }
    try await connection.script("create temporary table made (row jsonb)")
    // One JSON document has no room for a million conversations.
    for start in stride(from: 0, to: world.conversations.count, by: 50_000) {
      let end = min(start + 50_000, world.conversations.count)
      let rows = JSONText(try JSON.encode(Array(world.conversations[start..<end])))
      _ = try await connection.execute(
        "insert into made select * from jsonb_array_elements(\(rows)::jsonb)")
    }
    try await connection.script(
      """
      create temporary table chat as
      select c.*, 'epoch'::timestamptz + c.updated * interval '1 microsecond' as at
      from made, jsonb_to_record(made.row) as c (
        id uuid, property_id uuid, resman_lead_id text, user_id uuid, email text, phone text, status text, lead_score int,
        has_tour boolean, bot_messages int, updated bigint);
      insert into "user" select distinct on (user_id) user_id, email, phone from chat order by user_id, id;
      insert into conversation (
        id, chatbot_id, user_id, start_time, tour_datetime, source, status, lead_score, updated_at
        \(isLinked ? ", resman_lead_id" : ""))
      select c.id, b.id, c.user_id, c.at, case when c.has_tour then c.at::timestamp end, 'web', c.status,
        c.lead_score, c.at \(isLinked ? ", c.resman_lead_id" : "")
      from chat c join chatbot b on b.property_id = c.property_id;
      insert into message (conversation_id, sender_type, message_text, created_at)
      select c.id, case when n % 2 = 1 then 'bot' else 'user' end, 'Hello', c.at + n * interval '1 minute'
      from chat c, generate_series(1, c.bot_messages * 2) as n;
      drop table chat, made
      """)
  }
}
