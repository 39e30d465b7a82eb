import Foundation
import Postgres
import Testing

@testable import Analytics  // uses `LocalDays`, internal
@testable import Messaging  // uses `PropertyClock`, internal

/// Days are counted in zones of the IANA database, by one function, from the first midnight on.
@Suite struct TimezoneTests {
  @Test(arguments: [
    ("America/Chicago", "America/Chicago"), ("  America/Chicago\n", "America/Chicago"),
    ("Etc/GMT+6", "Etc/GMT+6"), ("UTC", "UTC"), ("UTC-6", "UTC"), ("GMT-6", "UTC"),
    ("-06:00", "UTC"),
    ("CST", "UTC"), ("IST", "UTC"), ("CET", "UTC"), ("CST6CDT,M3.2.0,M11.1.0", "UTC"),
    ("Foo/Bar+5", "UTC"), ("posix/Europe/Berlin", "UTC"), ("localtime", "UTC"), ("", "UTC"),
    ("Mars/Olympus", "UTC"), (nil, "UTC"),
  ])
  func onlyNamesOfTheDatabase(_ name: String?, _ zone: String) async throws {
    let log = try await MeasuredLog.empty()
    let row = try await log.database.queryOne("select known_timezone(\(name)) as zone")
    #expect(try row?["zone"] == zone)
    try await log.property(SmallLog.berlin, "One", timezone: name)
    let clock = try await log.database.perform { db in
      try PropertyClock.read(SmallLog.berlin, in: db)
    }
    // Messages use the same zone.
    #expect(
      clock.zone.secondsFromGMT(for: Date(timeIntervalSince1970: 1_735_689_600))
        == TimeZone(identifier: zone)?.secondsFromGMT(
          for: Date(timeIntervalSince1970: 1_735_689_600)))
  }

  @Test func unknownTimeZonesAreCounted() async throws {
    let log = try await SmallLog.load()
    for (number, name) in [" Europe/Paris ", "UTC-6", "CST", ""].enumerated() {
      try await log.property(SmallLog.id(UInt8(10 + number)), "P\(number)", timezone: name)
    }
    try await log.measure(asOf: SmallLog.asOf)
    #expect(
      try await log.lines(
        ["count", "total"], of: "metric_data_quality",
        where: "scope = 'portfolio' and issue = 'unknown_timezone'") == ["2 6"])
  }

  /// Havana sets its clocks back from 01:00 to 00:00, so that midnight occurs twice. Beirut and Asunción set
  /// them forward at midnight, so that it does not occur. Goose Bay sets them back at 00:01 to 23:01. Apia
  /// skipped 30 December 2011.
  @Test(arguments: [
    ("America/Havana", "2025-11-02T03:59:59Z", "2025-11-01"),
    ("America/Havana", "2025-11-02T04:00:00Z", "2025-11-02"),
    ("America/Havana", "2025-11-02T04:30:00Z", "2025-11-02"),
    ("America/Havana", "2025-11-02T05:30:00Z", "2025-11-02"),
    ("Asia/Beirut", "2025-03-29T21:59:59Z", "2025-03-29"),
    ("Asia/Beirut", "2025-03-29T22:00:00Z", "2025-03-30"),
    ("America/Goose_Bay", "2010-11-07T02:59:59Z", "2010-11-06"),
    ("America/Goose_Bay", "2010-11-07T03:00:30Z", "2010-11-07"),
    ("America/Goose_Bay", "2010-11-07T03:30:00Z", "2010-11-07"),
    ("America/Goose_Bay", "2010-11-07T04:30:00Z", "2010-11-07"),
    ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"),
    ("Australia/Lord_Howe", "2025-04-05T13:00:00Z", "2025-04-06"),
  ])
  func daysBeginAtTheirFirstMidnight(_ zone: String, _ instant: String, _ day: String) async throws
  {
    let log = try await MeasuredLog.empty()
    try await log.property(SmallLog.berlin, "One", timezone: zone)
    try await log.write([
      .init(lead: "a", property: SmallLog.berlin, old: nil, new: "new", at: instant)
    ])
    let days = try await log.database.perform { db in try LocalDays(on: db) }
    let at = try Date(instant, strategy: .iso8601).timeIntervalSince1970
    let number = days.day(of: Int64(at) * 1_000_000, zone: days.zone(of: SmallLog.berlin))
    let text = try await log.database.queryOne(
      "select to_char(date '2000-01-01' + \(Int(number))::integer, 'YYYY-MM-DD') as day")
    #expect(try text?["day"] == day)
  }
}
