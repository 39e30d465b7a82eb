import Foundation
import Leads
import Postgres

/// What one erasure removed.
package struct ErasedLead: Codable, Sendable, Equatable {
  package var lead: String
  /// Number of its row in `erasure`; null: a dry run.
  package var id: Int?
  /// Rows that were emptied, by table; a table without any is left out.
  package var removed: [String: Int]
  /// Files of earlier reports that would be written with other words now.
  package var reworded: [String]
  /// Sources and reasons that were emptied, in every spelling, to be looked for in files. Kept and printed nowhere.
  package var words: [String] = []
  /// Files of reports that hold the lead's id or such words, by path; nothing is changed in them. Null: the directory was
  /// not looked at.
  package var files: [String]?
  /// Why the directory of the reports, or something in it, was not looked at; null: everything was.
  package var unsearched: String?

  /// All but `words`.
  private enum CodingKeys: String, CodingKey {
    case lead, id, removed, reworded, files, unsearched
  }
}

/// `status-sync erase`: a person asks to be forgotten. What is personal of the lead is emptied in one transaction; its id,
/// its statuses and their times stay, so every figure stays as it is.
package struct Erasure: Sendable {
  /// The most attempts.
  private static let maximumAttempts = 5

  package let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Empties what is personal, and writes a row of `erasure` about it.
  /// - Parameters:
  ///   - lead: its id in ResMan.
  ///   - isDryRun: find out what would be emptied, and change nothing.
  /// - Returns: nil where nothing knows the lead.
  /// - Throws: `LockHeld` while a run works, or a report measures for long; nothing is done, as with any other error.
  package func erase(
    _ lead: String, reason: String, by person: String, at now: Instant, isDryRun: Bool
  ) async throws -> ErasedLead? {
    try await JobLock.run.held(on: connection) {
      // What is published meanwhile would have the words that are emptied.
      try await JobLock.measurement.held(on: connection, timeout: .seconds(600)) {
        try await erased(lead, reason: reason, by: person, at: now, isDryRun: isDryRun)
      }
    }
  }

  /// `serve` locks an action, a webhook or a row of the log before its lead. Where it and the erasure wait for each other,
  /// the database ends one of them; an erasure that was ended is begun anew.
  private func erased(
    _ lead: String, reason: String, by person: String, at now: Instant, isDryRun: Bool
  ) async throws -> ErasedLead? {
    var attempts = 1
    while true {
      do {
        return try await once(lead, reason: reason, by: person, at: now, isDryRun: isDryRun)
      } catch let error as PostgresError
        where error.isRetryable && attempts < Self.maximumAttempts
      {
        attempts += 1
      }
    }
  }

  private func once(
    _ lead: String, reason: String, by person: String, at now: Instant, isDryRun: Bool
  ) async throws -> ErasedLead? {
    var erased: ErasedLead? = try await connection.transaction(isRehearsal: isDryRun) { db in
      // The only role for which the log is not append-only.
      try db.script("set local role status_sync_eraser")
      // A change of the lead that is being begun is waited for, and one that comes later finds the erasure.
      try db.execute(SQL(file: PackageResources.erase_ensure_sql, lead))
      _ = try db.query(.holdLead(lead))
      _ = try db.query(SQL(file: PackageResources.erase_hold_sql, lead))
      _ = try db.query(SQL(file: PackageResources.erase_hold_follow_ups_sql, lead))
      guard
        let row = try db.queryOne(
          SQL(file: PackageResources.erasure_begin_sql, lead, now.iso8601, person, reason))
      else { return nil }
      return try Self.empty(lead, try row["id"], in: db)
    }
    if isDryRun { erased?.id = nil }
    return erased
  }

  /// What `erase_words` says of one word.
  private struct Word: Decodable {
    var spellings: [String]
  }

  private static func empty(
    _ lead: String, _ id: Int, in db: isolated PostgresConnection
  ) throws -> ErasedLead {
    var named = 0
    if try db.queryOne(SQL(file: PackageResources.erase_named_sql))?["has_name"] == true {
      named = try db.execute(SQL(file: PackageResources.erase_name_sql, id))
    }
    guard let found = try db.queryOne(SQL(file: PackageResources.erase_words_sql, id)) else {
      throw StoreError.unexpectedNull("words")
    }
    let gone: JSONText = try found["words"]
    let reasons = try db.execute(SQL(file: PackageResources.lost_reasons_erased_sql, gone))
    let sources = try db.execute(SQL(file: PackageResources.sources_erased_sql, gone))
    guard let row = try db.queryOne(SQL(file: PackageResources.erase_lead_sql, id, gone)) else {
      throw StoreError.unexpectedNull("removed")
    }
    var removed: [String: Int] = try JSON.decode(try row["removed"] as String)
    if named > 0 { removed["conversation"] = named }
    if reasons > 0 { removed["metric_lost_reasons"] = reasons }
    if sources > 0 { removed["metric_sources"] = sources }
    let reworded = [
      ("metric_lost_reasons", "lost_reasons.csv"), ("metric_sources", "sources.csv"),
      ("drift", "drift.csv"),
    ].filter { removed[$0.0] != nil }.map(\.1)
    try db.execute(
      SQL(
        file: PackageResources.erasure_end_sql, id, JSONText(try JSON.encode(removed)),
        JSONText(try JSON.encode(reworded))))
    let words: [Word] = try JSON.decode(gone.text)
    return ErasedLead(
      lead: lead, id: id, removed: removed, reworded: reworded, words: words.flatMap(\.spellings))
  }
}
