import Foundation
import Leads

/// The place of a report, which determines what it may replace.
package enum ReportPlace: Sendable {
  /// The folder of a run: named after its day below the configured directory, or, if another run has that
  /// name, with the time. `latest` then points to it.
  case night
  /// Requested by hand: this name below the configured directory.
  case named(String)
  /// Requested by hand: this folder.
  case folder(URL)

  /// The directory that contains it; null: the configured one.
  var parent: String? {
    guard case .folder(let url) = self else { return nil }
    return url.standardizedFileURL.deletingLastPathComponent().path
  }

  /// The name it gets there.
  package func name(in root: OutputDirectory, asOf: Instant, run: UUID?) throws -> String {
    switch self {
    case .night:
      let names = Self.names(asOf: asOf, run: run)
      return try names.first { try root.mayReplace($0, by: run) } ?? names[0]
    case .named(let name): return try Self.checked(name, in: root)
    case .folder(let url):
      return try Self.checked(url.standardizedFileURL.lastPathComponent, in: root)
    }
  }

  /// The names that a run's folder may have, the usual one first.
  package static func names(asOf: Instant, run: UUID?) -> [String] {
    let day = String(asOf.iso8601.prefix(10))
    let instant = compact(asOf)
    return [day, instant, "\(instant)-\(run?.uuidString.lowercased() ?? "")"]
  }

  /// An instant in a file name, to the second: `2026-11-28T020000Z`.
  static func compact(_ instant: Instant) -> String {
    instant.iso8601.prefix(19).filter { $0 != ":" } + "Z"
  }

  /// A folder of a run is never replaced by hand, nor is a folder that is not ours.
  private static func checked(_ name: String, in root: OutputDirectory) throws -> String {
    guard try root.mayReplace(name, by: nil) else {
      throw ReportError(.inTheWay, "write to \(root.path)/\(name)")
    }
    return name
  }
}

extension OutputDirectory {
  /// The content of the manifest of one of our reports; nil if `name` is none.
  private func manifest(of name: String) throws -> ReportManifest? {
    guard try kind(of: name) == .directory,
      let data = try openDirectory(name).contents(of: "manifest.json"),
      let manifest = try? JSON.decode(data, as: ReportManifest.self),
      manifest.generator == ReportManifest.generator
    else { return nil }
    return manifest
  }

  /// What `run.json` says of the run that wrote it.
  private struct OfRun: Decodable { var run_id: UUID }

  /// Whether a report may replace what exists: nothing, an empty directory, a report that no run wrote, or
  /// one of the same run.
  func mayReplace(_ name: String, by run: UUID?) throws -> Bool {
    switch try kind(of: name) {
    case .nothing: return true
    case .file, .link, .other: return false
    case .directory: break
    }
    let folder = try openDirectory(name)
    if try folder.names().isEmpty { return true }
    guard try manifest(of: name) != nil else { return false }
    guard try folder.kind(of: "run.json") != .nothing else { return true }
    guard let run, let data = folder.contents(of: "run.json"),
      let summary = try? JSON.decode(data, as: OfRun.self)
    else { return false }
    return summary.run_id == run
  }

  /// Points `latest` at a run's report: the one written last, whatever its date. A night under a clock set ahead is it
  /// until the next night.
  func moveLatest(to name: String) throws {
    try link("latest", to: name, spare: ".latest.\(name)")
  }

  /// Removes unfinished reports of killed processes, and what is left of those whose removal was interrupted. Only
  /// under the directory's lock, when no other process writes.
  func removeUnfinished() throws {
    for name in try names()
    where name.hasPrefix(".") && (name.hasSuffix(".writing") || name.hasSuffix(".old")) {
      try remove(name)
    }
  }

  /// Removes reports that are named after a day and older than the retention, except the one that `latest` points to.
  /// A reader finds all of a report or nothing; what an interruption leaves is removed the next time. Only under the
  /// directory's lock.
  /// - Parameter isDryRun: only find them.
  /// - Returns: their names.
  package func pruneReports(
    keeping days: Int, now: Instant, isDryRun: Bool = false
  ) throws -> [String] {
    let kept = Instant(microseconds: now.microseconds - Int64(days) * Instant.day)
    let oldest = String(kept.iso8601.prefix(10))
    let latest = target(ofLink: "latest")
    var pruned: [String] = []
    if !isDryRun { try removeUnfinished() }
    for name in try names() where name != latest {
      let day = String(name.prefix(10))
      guard day < oldest, Instant(iso8601: day + "T00:00:00Z") != nil,
        let manifest = try manifest(of: name), manifest.day == day
      else { continue }
      if !isDryRun {
        // Without its manifest it would not be known as a report any more.
        let old = ".\(name).old"
        try rename(name, to: old)
        try sync()
        try remove(old)
      }
      pruned.append(name)
    }
    return pruned
  }
}
