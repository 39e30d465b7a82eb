import Foundation
import Leads
import Links
import Postgres

/// One conversation of DomIQ's database.
struct DomIQConversation {
  var id: String
  /// DomIQ's id of the property.
  var property: String
  /// Nil where it has none, or the column does not exist.
  var resmanLeadID: String?
  var status: String?
  /// Nil where it is NULL or infinite, as the other times.
  var updatedAt: Instant?
  var leadScore: Double?
  var hasEmail: Bool
  var hasPhone: Bool
  /// The tour's time as it stands there, without a zone; nil where there is none.
  var tour: String?
  var source: String?
  /// The bot's messages after the greeting, which is the first message.
  var answers: Int
  /// Of them the last one; nil where there is none.
  var answeredAt: Instant?

  /// The bot wrote more than its greeting.
  var isAnswered: Bool { answers > 0 }

  /// The columns of the query, in the order in which they are read.
  static let columns = [
    "id", "property_id", "resman_lead_id", "status", "updated_at", "lead_score", "has_email",
    "has_phone", "tour", "source", "answers", "answered_at",
  ]

  init(_ row: inout BinaryCopyFields) throws {
    id = try row.string() ?? ""
    property = try row.string() ?? ""
    resmanLeadID = try row.string()
    status = try row.string()
    updatedAt = try row.timestampMicroseconds().map(Instant.init(microseconds:))
    leadScore = try row.double()
    hasEmail = try row.bool() ?? false
    hasPhone = try row.bool() ?? false
    tour = try row.string()
    source = try row.string()
    answers = Int(try row.double() ?? 0)
    answeredAt = try row.timestampMicroseconds().map(Instant.init(microseconds:))
  }

  /// Changes with the status and with each update of the row: an `UPDATE` rests on it.
  var tag: String {
    "\"\(updatedAt.map { "\($0.microseconds)" } ?? "")" + (status.map { ":\($0)" } ?? "") + "\""
  }

  /// What a tag says; nil where it is none.
  static func basis(_ tag: String) -> (status: String?, updatedAt: Instant?)? {
    guard tag.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return nil }
    let text = tag.dropFirst().dropLast()
    let time = text.prefix { $0 != ":" }
    let status = time.endIndex == text.endIndex ? nil : text[time.endIndex...].dropFirst()
    return (status.map(String.init), Int64(time).map(Instant.init(microseconds:)))
  }

  /// Takes the lead from a link where DomIQ names none.
  mutating func link(by links: [UUID: String]) {
    guard resmanLeadID?.isEmpty != false, !links.isEmpty, let key = UUID(uuidString: id) else {
      return
    }
    resmanLeadID = links[key]
  }

  /// As a lead of the status API. A chat that only began, and in which the bot answered, says so.
  /// - Parameters:
  ///   - property: in ResMan; nil: not told.
  ///   - zone: of the tour's time.
  ///   - isAlone: a single read tells the times and the number of messages too, which a write may rest on.
  func write(
    at property: UUID?, zone: TimeZone, isAlone: Bool, mapping: StatusMapping,
    to writer: inout LeadPageWriter
  ) {
    writer.begin()
    writer.member("conversation_id", id)
    writer.member("resman_lead_id", resmanLeadID)
    writer.member("property_id", property?.uuidString.lowercased())
    let isBegun = isAnswered && status.flatMap(mapping.canonical(domiq:)) == .new
    writer.member("status", status.map { isBegun ? $0 + StatusMapping.answered : $0 })
    writer.member("updated_at", updatedAt?.iso8601)
    writer.member("lead_score", number: leadScore)
    writer.presence("email", hasEmail)
    writer.presence("phone", hasPhone)
    writer.member("source", source)
    if isAlone {
      writer.member("tour_datetime", tour.map { VendorTime($0, zone: zone)?.utc ?? $0 })
      writer.member("message_count", whole: answers + 1)
      writer.member("last_contact_at", answeredAt?.iso8601)
    } else {
      writer.presence("tour_datetime", tour != nil)
    }
    writer.end()
  }
}

/// The statements on DomIQ's schema. It is not ours, so they are not among the files of `sql/`, which a test prepares on
/// our own. COPY takes no parameters: they read settings of the transaction.
extension PostgresConnection {
  private static let needed = [
    "property.id", "property.company_id", "chatbot.id", "chatbot.property_id", "conversation.id",
    "conversation.chatbot_id", "conversation.user_id", "conversation.status",
    "conversation.lead_score", "conversation.tour_datetime", "conversation.source",
    "conversation.updated_at", "user.id", "user.email", "user.phone", "message.conversation_id",
    "message.sender_type", "message.created_at",
  ]

  /// Begins a transaction that sees one state of the company's rows and may write nothing.
  /// - Parameter milliseconds: of one statement at most.
  /// - Throws: `CallFailure` where the schema is not DomIQ's, or shows nothing of the company.
  func beginSnapshot(company: String, milliseconds: Int) throws {
    try script(
      "begin isolation level repeatable read read only; "
        + "set local statement_timeout = \(milliseconds)")
    _ = try query(
      """
      select set_config('app.current_company_id', \(company), true),
        set_config('status_sync.company', \(company), true),
        set_config('status_sync.property', '', true)
      """)
    let missing = try query(
      """
      select n.name from unnest(\(Self.needed)::text[]) as n (name)
      where not exists (
        select from pg_attribute a
        where a.attrelid = to_regclass(quote_ident(split_part(n.name, '.', 1)))
          and a.attname = split_part(n.name, '.', 2) and not a.attisdropped)
      """)
    if let first = missing.first {
      throw CallFailure(
        .malformed, "DomIQ's database has no column \(try first["name"] as String)")
    }
    let seen: Bool =
      try queryOne(
        """
        select exists (
          select from property
          where company_id::text = current_setting('status_sync.company')) as seen
        """)?["seen"] ?? false
    guard seen else {
      throw CallFailure(
        .malformed,
        "DomIQ's database shows no property of the company; look at domiq.company_id "
          + "and at row-level security")
    }
  }

  /// Whether the company has this property; the later statements are about it.
  func hasProperty(_ property: String) throws -> Bool {
    let row = try queryOne(
      """
      select set_config('status_sync.property', \(property), true),
        exists (
          select from property
          where company_id::text = current_setting('status_sync.company')
            and id::text = \(property)) as seen
      """)
    return try row?["seen"] ?? false
  }

  /// Sets a conversation's status where it and its version are as they were read.
  /// - Returns: whether it was, and the new version.
  /// - Throws: `CallFailure` where more than one row would change.
  func setStatus(
    _ status: String, of conversation: UUID, company: String,
    basis: (status: String?, updatedAt: Instant?)
  ) throws -> (isChanged: Bool, version: Instant?) {
    let rows = try query(
      """
      update conversation c set status = \(status)
      from chatbot b join property p on p.id = b.property_id
      where c.id = \(conversation.uuidString.lowercased()) and b.id = c.chatbot_id
        and p.company_id::text = \(company)
        and c.status::text is not distinct from \(basis.status)::text
        and case when isfinite(c.updated_at::timestamptz) then c.updated_at::timestamptz end
          is not distinct from \(basis.updatedAt?.iso8601)::text::timestamptz
      returning (extract(epoch from
        case when isfinite(c.updated_at::timestamptz) then c.updated_at::timestamptz end)
        * 1000000)::bigint as version
      """)
    guard rows.count <= 1 else {
      throw CallFailure(.malformed, "DomIQ's database has a conversation twice")
    }
    guard let row = rows.first else { return (false, nil) }
    let version: Int? = try row["version"]
    return (true, version.map { Instant(microseconds: Int64($0)) })
  }

  /// The same as `hasProperty`; a property that the company does not have is an error.
  func require(property: String) throws {
    guard try hasProperty(property) else {
      throw CallFailure(
        .malformed, "DomIQ's database has no property \(property); map it in domiq.properties")
    }
  }

  /// The conversations of the property that the statements are about, with the contacts of their users.
  func contacts(at property: UUID) throws -> [ChatContact] {
    let lead = try isLinked() ? "nullif(c.resman_lead_id::text, '')" : "null::text"
    var contacts: [ChatContact] = []
    try copyOutRows(
      Array(
        """
        select c.id::text as id, c.user_id::text as user_id, nullif(u.email, '')::text as email,
          nullif(u.phone, '')::text as phone, \(lead) as resman_lead_id
        \(Self.source)
        order by c.id
        """.utf8), columns: ["id", "user_id", "email", "phone", "resman_lead_id"]
    ) { row in
      let id = try row.string()
      let contact = (
        user: try row.string(), email: try row.string(), phone: try row.string(),
        lead: try row.string()
      )
      guard let id = id.flatMap(UUID.init(uuidString:)) else { return }
      contacts.append(
        ChatContact(
          conversationID: id, propertyID: property, userID: contact.user, email: contact.email,
          phone: contact.phone, leadID: contact.lead))
    }
    return contacts
  }

  func countOfConversations() throws -> Int {
    let row = try queryOne(SQL(file: Array("select count(*) as leads \(Self.source)".utf8)))
    return try row?["leads"] ?? 0
  }

  func overview() throws -> DomIQDatabase.Overview {
    let properties = try query(
      """
      select id::text as id from property
      where company_id::text = current_setting('status_sync.company') order by id::text
      """
    ).map { try $0["id"] as String }
    let isLinked = try isLinked()
    let conversations = try countOfConversations()
    let link = isLinked ? "c.resman_lead_id is null" : "true"
    let unlinked = try queryOne(
      SQL(file: Array("select count(*) as leads \(Self.source) and \(link)".utf8)))
    let right = try queryOne(
      "select has_column_privilege('conversation', 'status', 'update') as held")
    return DomIQDatabase.Overview(
      properties: properties, isLinked: isLinked, conversations: conversations,
      unlinked: try unlinked?["leads"] ?? 0, maySetStatus: try right?["held"] ?? false,
      unindexed: try unindexed())
  }

  /// Columns by which every read looks rows up, and with which no index of their tables begins.
  private func unindexed() throws -> [String] {
    try query(
      """
      select c.relname || '.' || a.attname as name
      from (values ('conversation', 'id'), ('conversation', 'chatbot_id'),
        ('message', 'conversation_id')) as n (relation, attribute)
      join pg_class c on c.oid = to_regclass(n.relation) and c.relkind in ('r', 'p')
      join pg_attribute a on a.attrelid = c.oid and a.attname = n.attribute
      where not exists (
        select from pg_index i
        where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null)
      order by 1
      """
    ).map { try $0["name"] }
  }

  /// Whether conversations have a column with the id in ResMan.
  private func isLinked() throws -> Bool {
    let column = try queryOne(
      """
      select exists (
        select from pg_attribute
        where attrelid = to_regclass('conversation') and attname = 'resman_lead_id'
          and not attisdropped) as linked
      """)
    return try column?["linked"] ?? false
  }

  /// Hands each conversation to `body`, by its id.
  /// - Parameter only: this one, wherever it is; nil: each of the property that the statements are about.
  func conversations(
    only: UUID? = nil, _ body: (DomIQConversation) throws -> Void
  ) throws {
    let rows = Self.rows(isLinked: try isLinked(), only: only)
    try copyOutRows(Array(rows.utf8), columns: DomIQConversation.columns) { row in
      try body(try DomIQConversation(&row))
    }
  }

  private static func rows(isLinked: Bool, only: UUID?) -> String {
    // A literal takes the type of the column, so that its index serves.
    let one = only.map { "and c.id = '\($0.uuidString.lowercased())'" } ?? ""
    return """
      select c.id::text as id, p.id::text as property_id,
        \(isLinked ? "c.resman_lead_id::text" : "null::text") as resman_lead_id,
        c.status::text as status,
        case when isfinite(c.updated_at::timestamptz) then c.updated_at::timestamptz end
          as updated_at,
        c.lead_score::double precision as lead_score,
        coalesce(u.email, '') <> '' as has_email, coalesce(u.phone, '') <> '' as has_phone,
        to_char(c.tour_datetime, 'YYYY-MM-DD"T"HH24:MI:SS') as tour, c.source::text as source,
        said.answers, said.answered_at
        \(said) \(one)
      order by c.id
      """
  }

  /// What the bot said after the greeting, beside the conversations.
  private static let said = source.replacing(
    "where p.company_id",
    with: """
      left join lateral (
        select count(*)::double precision as answers, max(m.created_at)::timestamptz as answered_at
        from message m,
          (select min(f.created_at) as at from message f
            where f.conversation_id = c.id and isfinite(f.created_at)) first
        where m.conversation_id = c.id and m.sender_type = 'bot' and m.created_at > first.at
          and isfinite(m.created_at)
        ) said on true
      where p.company_id
      """)

  private static let source = """
    from conversation c
    join chatbot b on b.id = c.chatbot_id
    join property p on p.id = b.property_id
    left join "user" u on u.id = c.user_id
    where p.company_id::text = current_setting('status_sync.company')
      and current_setting('status_sync.property') in ('', p.id::text)
    """
}
