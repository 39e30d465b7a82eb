import Crypto
import CSV
import Foundation
import Leads
import Postgres
import StandIns
import Testing

import Nightly
import Outputs
import Reports

/// Invariant 11, column by column: if any value of the drift, of a file, or of run.json is changed, `audit`
/// reports it; also if the manifest was adapted to the changed file.
@Suite struct CertificateColumnTests {
  /// Another valid value for each column.
  private static let others: [String: String] = [
    "property_id": "gen_random_uuid()", "resman_lead_id": "resman_lead_id || 'x'",
    "conversation_id": "gen_random_uuid()", "base": other("base"), "domiq": other("domiq"),
    "resman": other("resman"), "target": other("target"), "domiq_raw": "domiq_raw || 'x'",
    "resman_raw": "resman_raw || 'x'",
    "verdict": "case verdict when 'conflict' then 'unbased' else 'conflict' end",
    "rule": "rule + 1", "action": "case action when 'none' then 'review' else 'none' end",
    "hops": "hops || array['lost']", "irregular": "not irregular",
    "cause": "case cause when 'unknown' then 'staff_edit' else 'unknown' end",
    "outcome": "case outcome when 'failed' then 'verified' else 'failed' end",
    "reason": "reason || 'x'", "domiq_version": "domiq_version || 'x'",
    "resman_version": "resman_version || 'x'",
  ]

  private static func other(_ column: String) -> String {
    "case \(column) when 'new' then 'lost' else 'new' end"
  }

  private static func wrong(
    _ connection: PostgresConnection, _ fixture: NightlyFixture
  ) async throws -> [String] {
    try await Certificate(connection, reports: fixture.directory).verify(nil).checks
      .filter { !$0.ok }.map(\.name)
  }

  @Test func aChangedCellOfTheDriftIsFound() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      _ = try await fixture.nightly().run(full: true)
      let connection = try await fixture.database.connect()
      let columns = try await connection.query(
        """
        select attname::text as name from pg_attribute
        where attrelid = 'drift'::regclass and attnum > 0 and not attisdropped
        """
      ).map { try $0["name"] as String }
      // `planned` holds the withdrawn part of a plan, and is null in this run.
      #expect(Set(columns).subtracting(["run_id", "planned"]) == Set(Self.others.keys))
      for (column, value) in Self.others.sorted(by: { $0.key < $1.key }) {
        try await connection.script(
          """
          begin; update drift set \(column) = \(value) where resman_lead_id = (
            select resman_lead_id from drift where outcome = 'verified' and base is not null
            order by resman_lead_id limit 1)
          """)
        #expect(try await !Self.wrong(connection, fixture).isEmpty, "\(column)")
        try await connection.script("rollback")
      }
      #expect(try await Self.wrong(connection, fixture) == [])
      await connection.close()
    }
  }

  @Test func aChangedCellOfAFileIsFound() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let connection = try await fixture.database.connect()
      let folder = URL(fileURLWithPath: night.report.directory)
      var changed = 0
      for (number, file) in DataDictionary.files.enumerated() {
        let path = folder.appending(path: file.name)
        let bytes = try Data(contentsOf: path)
        let rows = try CSVReader.rows(of: Array(bytes))
        #expect(Self.csv(rows) == bytes, "\(file.name)")
        guard rows.count > 1 else { continue }
        let isDrift = file.name == "drift.csv"
        let names = zip(file.columns, rows[1]).filter { $0.1 != nil }.map(\.0.name)
        for name in isDrift ? names : [names[number % names.count]] {
          var changedRows = rows
          let column = try #require(file.columns.firstIndex { $0.name == name })
          changedRows[1][column] = "other"
          try Self.csv(changedRows).write(to: path)
          if !isDrift || name == names[0] {
            #expect(try await Self.wrong(connection, fixture).contains(file.name), "\(file.name)")
          }
          try Self.fit(folder, file.name)
          let wrong = try await Self.wrong(connection, fixture)
          #expect(!wrong.isEmpty || !file.isOfItsRun, "\(file.name) \(name)")
          changed += 1
          try bytes.write(to: path)
          try Self.fit(folder, file.name)
        }
      }
      #expect(changed > 25)
      #expect(try await Self.wrong(connection, fixture) == [])
      await connection.close()
    }
  }

  /// Rows in the format of our files.
  private static func csv(_ rows: [[String?]]) -> Data {
    var writer = CSVWriter()
    for row in rows { writer.row(row.map { .optional($0) }) }
    return Data(writer.take())
  }

  /// Adapts the manifest to the file's present content.
  private static func fit(_ folder: URL, _ name: String) throws {
    let path = folder.appending(path: "manifest.json")
    var manifest = try JSONDecoder().decode(
      ReportManifest.self, from: try Data(contentsOf: path))
    let bytes = try Data(contentsOf: folder.appending(path: name))
    let index = try #require(manifest.files.firstIndex { $0.name == name })
    manifest.files[index].sha256 = SHA256.hash(data: bytes).hexadecimal
    manifest.files[index].bytes = bytes.count
    try Report.json(manifest).write(to: path)
  }

  /// Counts that only their two copies can check: what happened to one night's questions is not stored
  /// separately from what the next night finds, and a history without entries leaves no row.
  private static let unheld: Set<String> = ["review.new", "review.healed", "backfill.asked"]

  @Test func aCountThatBothCopiesGiveWronglyIsFound() async throws {
    try await NightlyFixture.with(leads: 120) { fixture in
      let night = try await fixture.nightly().run(full: true)
      let connection = try await fixture.database.connect()
      let run = night.summary.runID
      let path = URL(fileURLWithPath: night.report.directory).appending(path: "run.json")
      let bytes = try Data(contentsOf: path)
      let said = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
      let counts = Self.counts(said).filter { !$0.hasPrefix("stages.") }
      #expect(counts.count > 20)
      for count in counts.sorted() {
        let keys = count.split(separator: ".").map(String.init)
        let wrong = try JSONSerialization.data(withJSONObject: Self.bumped(said, keys))
        try wrong.write(to: path)
        try Self.fit(path.deletingLastPathComponent(), "run.json")
        let text = JSONText(String(decoding: wrong, as: UTF8.self))
        try await connection.execute("update sync_run set summary = \(text) where id = \(run)")
        let found = try await Self.wrong(connection, fixture)
        #expect(found.isEmpty == Self.unheld.contains(count), "\(count): \(found)")
      }
      await connection.close()
    }
  }

  /// The paths of every whole number.
  private static func counts(_ object: [String: Any], _ prefix: String = "") -> [String] {
    object.flatMap { key, value -> [String] in
      switch value {
      case let inner as [String: Any]: return counts(inner, "\(prefix)\(key).")
      case let number as NSNumber
      where !(value is Bool) && Double(number.intValue) == number.doubleValue:
        return ["\(prefix)\(key)"]
      default: return []
      }
    }
  }

  private static func bumped(_ object: [String: Any], _ keys: [String]) -> [String: Any] {
    var object = object
    if keys.count == 1 {
      object[keys[0]] = (object[keys[0]] as? Int ?? 0) + 1
    } else {
      object[keys[0]] = bumped(object[keys[0]] as? [String: Any] ?? [:], Array(keys.dropFirst()))
    }
    return object
  }
}
