import Foundation
import Postgres
import Testing

/// Leads that nobody has answered, and how soon the others were, in and outside office hours.
@Suite struct UnansweredTests {
  private static let property = SmallLog.berlin

  private static func entry(
    _ lead: String, _ old: String?, _ new: String, _ at: String, by: String = "chatbot"
  ) -> MeasuredLog.Entry {
    MeasuredLog.Entry(lead: lead, property: property, old: old, new: new, at: at, by: by)
  }

  /// as_of is Friday 7 March 2025, noon in UTC.
  private static let asOf = "2025-03-07T12:00:00Z"

  static let entries: [MeasuredLog.Entry] = [
    entry("23 h", nil, "new", "2025-03-06 13:00Z"), entry("24 h", nil, "new", "2025-03-06 12:00Z"),
    entry("47 h", nil, "new", "2025-03-05 13:00Z"), entry("48 h", nil, "new", "2025-03-05 12:00Z"),
    entry("answered", nil, "new", "2025-03-01 12:00Z"),
    entry("answered", "new", "contacted", "2025-03-01 12:30Z"),
    entry("lost", nil, "new", "2025-03-01 12:00Z"),
    entry("lost", "new", "lost", "2025-03-02 12:00Z"),
    // Reopened without an answer: it waits since then. Taken back after an answer: it was answered.
    entry("reopened", nil, "new", "2025-02-01 12:00Z"),
    entry("reopened", "new", "lost", "2025-02-02 12:00Z"),
    entry("reopened", "lost", "new", "2025-03-04 12:00Z", by: "resman_user"),
    entry("taken back", nil, "new", "2025-02-01 12:00Z"),
    entry("taken back", "new", "contacted", "2025-02-02 12:00Z"),
    entry("taken back", "contacted", "new", "2025-02-03 12:00Z", by: "resman_user"),
    // Found in new by the first night; created before the window; created later.
    entry("found", nil, "new", "2025-03-03 12:00Z", by: "system"),
    entry("old", nil, "new", "2024-11-01 12:00Z"), entry("later", nil, "new", "2025-03-08 12:00Z"),
    // What either system shows now.
    entry("DomIQ moved", nil, "new", "2025-03-04 12:00Z"),
    entry("ResMan lost it", nil, "new", "2025-03-04 12:00Z"),
    entry("a word unknown", nil, "new", "2025-03-04 12:00Z"),
    entry("both say new", nil, "new", "2025-03-04 12:00Z"),
  ]

  private static let sightings: SQL = """
    insert into lead (resman_lead_id, domiq_raw, domiq, resman_raw, resman) values
      ('DomIQ moved', 'tour_booked', 'tour_scheduled', 'new', 'new'),
      ('ResMan lost it', 'new', 'new', 'lost', 'lost'),
      ('a word unknown', 'nurturing', null, 'new', 'new'),
      ('both say new', 'new', 'new', 'new', 'new')
    on conflict (resman_lead_id) do update set
      domiq_raw = excluded.domiq_raw, domiq = excluded.domiq, resman_raw = excluded.resman_raw,
      resman = excluded.resman
    """

  private static func load() async throws -> MeasuredLog {
    let log = try await MeasuredLog.empty()
    try await log.property(property, "Linden Court", timezone: "Europe/Berlin")
    try await log.write(entries)
    // The log is only ever added to.
    try await log.database.script(
      """
      set session_replication_role = replica;
      update status_sync_log set context_data = '{"verdict": "baseline"}' where resman_lead_id = 'found';
      set session_replication_role = origin
      """)
    try await log.database.execute(sightings)
    return log
  }

  private static func listed(_ log: MeasuredLog) async throws -> [String] {
    try await log.lines(
      ["resman_lead_id", "(waiting_seconds / 3600)", "over_48h", "from_creation"],
      of: "metric_unanswered", order: "waiting_since desc, resman_lead_id collate \"C\"")
  }

  @Test func thoseOfADayAndOfTwo() async throws {
    let log = try await Self.load()
    try await log.measure(asOf: Self.asOf)
    let lines = try await Self.listed(log)
    #expect(
      lines == [
        "24 h 24 false true", "47 h 47 false true", "48 h 48 true true",
        "both say new 72 true true", "reopened 72 true true", "found 96 true false",
      ])
  }

  /// The run that measures knows what the systems show, though one under a clock set ahead is dated later.
  @Test func aRunKnowsTheSystemsWhateverIsDatedLater() async throws {
    let log = try await Self.load()
    try await log.database.execute(
      """
      insert into sync_run (mode, state, as_of)
      values ('run', 'finished', '2027-01-01T02:00:00Z'), ('run', 'running', \(Self.asOf)::timestamptz)
      """)
    try await log.measure(asOf: Self.asOf, runID: UUID())
    let lines = try await Self.listed(log)
    #expect(lines.contains("both say new 72 true true"))
    #expect(!lines.contains { $0.hasPrefix("DomIQ moved") || $0.hasPrefix("ResMan lost it") })
  }

  /// What the systems show today says nothing of an instant before the last run.
  @Test func beforeTheLastRunTheLogAloneCounts() async throws {
    let log = try await Self.load()
    try await log.database.execute(
      """
      insert into sync_run (mode, state, as_of) values ('run', 'finished', '2025-03-08T02:00:00Z')
      """)
    try await log.measure(asOf: Self.asOf)
    let lines = try await Self.listed(log)
    #expect(
      lines == [
        "24 h 24 false true", "47 h 47 false true", "48 h 48 true true",
        "DomIQ moved 72 true true", "ResMan lost it 72 true true", "a word unknown 72 true true",
        "both say new 72 true true", "reopened 72 true true", "found 96 true false",
      ])
  }

  /// Local times of Berlin, an hour ahead of UTC: Wednesday 5 March 2025 08:59 and 09:00, 17:59 and 18:00; Saturday
  /// 8 March, noon; Thursday 6 March, 20:00.
  private static let arrivals = [
    "2025-03-05 07:59Z", "2025-03-05 08:00Z", "2025-03-05 16:59Z", "2025-03-05 17:00Z",
    "2025-03-08 11:00Z", "2025-03-06 19:00Z",
  ]

  /// What the property's hours say, and how many of the six then come while the office is open.
  static let hours: [(String?, Int)] = [
    (nil, 3), ("9-18", 3), ("09:00-18:00", 3), ("8:30-18:30", 5), ("0-24", 6), ("20-21", 1),
    ("wed 9-18", 2), ("wed 9-18, sat 10-16", 3), ("Wed 09:00-17:59, THU 19:30-20:30", 2),
    ("sun 9-18", 0), ("whenever", 3), ("9-25", 3), ("", 3), ("wed 9-18,", 3),
  ]

  @Test(arguments: hours)
  func officeHoursAreThePropertysOwn(_ hours: String?, _ open: Int) async throws {
    let log = try await MeasuredLog.empty()
    try await log.property(Self.property, "Linden Court", timezone: "Europe/Berlin")
    try await log.database.execute("update property set hours = \(hours)")
    // Every second one is answered within the hour, to the second.
    try await log.write(
      Self.arrivals.enumerated().flatMap { index, at in
        let lead = "L-\(index)"
        return [Self.entry(lead, nil, "new", at)]
          + (index % 2 == 0
            ? [Self.entry(lead, "new", "contacted", at.replacing(":59Z", with: ":59:30Z"))] : [])
      })
    try await log.measure(asOf: "2025-03-10T00:00:00Z")
    let sums = try await log.lines(
      ["scope", "sum(numerator)", "sum(denominator)"], of: "metric_performance",
      where: "metric like 'response_within_1h_%' group by scope", order: "scope")
    #expect(sums == ["portfolio 3 6", "property 3 6"])
    let whole = try await log.lines(
      ["numerator", "denominator"], of: "metric_performance",
      where: "metric = 'response_within_1h' and scope = 'property'")
    #expect(whole == ["3 6"])
    let inside = try await log.lines(
      ["denominator"], of: "metric_performance",
      where: "metric = 'response_within_1h_office_hours' and scope = 'property'")
    #expect(inside == ["\(open)"])
  }
}
