import Foundation

/// The least that a program does that stages everything: copy all rows of a pull into their tables with
/// `psql \copy`, both systems at once, and join them.
struct Floor {
  private let url: String
  private let files: [(table: String, path: String)]

  private static let tables = ["stage_domiq", "stage_resman"]
  private static let join = """
    set work_mem = '256MB'; set jit = off;
    select count(*) from stage_domiq d full join stage_resman r using (resman_lead_id)
    left join lead l using (resman_lead_id)
    where d.status is distinct from r.status or r.status is distinct from l.base
    """

  /// Saves the rows that the last night staged; it must have been a first night, which stages all.
  init(url: String, folder: URL) throws {
    self.url = url
    files = Self.tables.map { ($0, folder.appending(path: $0).path()) }
    for (table, path) in files {
      try psql(["-c", "\\copy \(table) to '\(path)' (format binary)"]).end()
    }
  }

  /// Seconds for those rows.
  func measure() throws -> Double {
    try psql(["-c", "truncate stage_domiq, stage_resman"]).end()
    let start = ContinuousClock.now
    let copies = try files.map { table, path in
      try psql(
        ["-c", "\\copy \(table) from '\(path)' (format binary)", "-c", "analyze \(table)"])
    }
    for copy in copies { try copy.end() }
    try psql(["-c", Self.join]).end()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  private func psql(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/psql")
    process.arguments = [url, "-q", "-X", "-v", "ON_ERROR_STOP=1"] + arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }
}

extension Process {
  fileprivate func end() throws {
    waitUntilExit()
    guard terminationStatus == 0 else { throw BenchError("psql failed") }
  }
}
