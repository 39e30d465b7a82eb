import Foundation

/// The least that the same machine must do: copy the rows of a pull into their tables with `psql \copy`, both
/// systems at once, and join them.
struct Floor {
  let url: String
  let folder: URL

  private static let tables = ["stage_domiq", "stage_resman"]
  private static let join = """
    set work_mem = '256MB'; set jit = off;
    select count(*) from stage_domiq d full join stage_resman r using (resman_lead_id)
    left join lead l using (resman_lead_id)
    where d.status is distinct from r.status or r.status is distinct from l.base
    """

  /// Seconds for the rows that the last night staged.
  func measure() throws -> Double {
    let files = Self.tables.map { ($0, folder.appending(path: $0).path()) }
    for (table, file) in files {
      try psql(["-c", "\\copy \(table) to '\(file)' (format binary)"]).end()
    }
    try psql(["-c", "truncate stage_domiq, stage_resman"]).end()
    let start = ContinuousClock.now
    let copies = try files.map { table, file in
      try psql(
        ["-c", "\\copy \(table) from '\(file)' (format binary)", "-c", "analyze \(table)"])
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
