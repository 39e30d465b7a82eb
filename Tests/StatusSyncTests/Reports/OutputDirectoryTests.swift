import Foundation
import Testing

@testable import Reports  // uses `makeDirectory`, `openDirectory`, internal
import Settings
import StatusSync

/// Reports are readable by their owner only, unless the directory is made for a group, and a symbolic link does not
/// redirect a write.
@Suite struct OutputDirectoryTests {
  private func with(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-output-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func mode(_ url: URL) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: url.path())[.posixPermissions] as? Int
  }

  @Test func createdFilesAreForTheirOwnerOnly() throws {
    try with { folder in
      let reports = folder.appending(path: "reports")
      let directory = try OutputDirectory.create(at: reports.path())
      _ = try directory.makeDirectory("day")
      _ = try directory.makeFile("file")
      #expect(try mode(reports) == 0o700)
      #expect(try mode(reports.appending(path: "day")) == 0o700)
      #expect(try mode(reports.appending(path: "file")) == 0o600)
    }
  }

  /// A directory for a group: every entry of a report is for that group, and nothing is for others.
  @Test func aReportIsForTheGroupOfItsDirectory() async throws {
    let log = try await SmallLog.load()
    try with { folder in
      let reports = folder.appending(path: "reports")
      try FileManager.default.createDirectory(at: reports, withIntermediateDirectories: false)
      // The set-group-ID bit gives the group, whatever the groups of the account are.
      let isRoot = geteuid() == 0
      if isRoot { #expect(chown(reports.path(), 0, 4242) == 0) }
      for (mode, isForGroup) in [(0o2750, true), (0o2700, false)] {
        #expect(chmod(reports.path(), mode_t(mode)) == 0)
        let ended = try Program.run(
          ["report", "--as-of", SmallLog.asOf],
          environment: [
            "DATABASE_URL": log.url, "STATUS_SYNC_REPORTS_DIRECTORY": reports.path(),
          ], mask: "0077")
        #expect(ended.status == 0, "\(ended.err)")
        let entries = try FileManager.default.subpathsOfDirectory(atPath: reports.path())
        #expect(entries.contains { $0.hasSuffix(".xlsx") })
        #expect(entries.contains { $0.hasSuffix("/excel/funnel.csv") })
        #expect(entries.contains { $0.contains("/property/") })
        for entry in entries {
          var status = stat()
          #expect(lstat(reports.appending(path: entry).path(), &status) == 0)
          let isFolder = status.st_mode & S_IFMT == S_IFDIR
          let wanted: mode_t =
            isForGroup ? (isFolder ? 0o750 : 0o640) : (isFolder ? 0o700 : 0o600)
          #expect(status.st_mode & 0o777 == wanted, "\(entry)")
          if isRoot { #expect(status.st_gid == 4242, "\(entry)") }
        }
      }
    }
  }

  /// A link in a message leads to a file that somebody may read, or the doctor says so.
  @Test func theDoctorKnowsWhoMayReadReports() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "status-sync-output-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let reports = folder.appending(path: "reports").path()
    func warning(_ linkBase: String) async -> String {
      var settings = Settings()
      settings.reports.directory = reports
      settings.reports.linkBase = linkBase
      let checks = await Checklist(settings, withoutDatabase: "none").run().checks
      let check = checks.first { $0.name == "reports directory writable" }
      #expect(check?.ok == true)
      return check?.warning == true ? check?.reasons.joined() ?? "" : ""
    }
    let link = "https://intranet.example.com/leads"
    // A night would make it for its owner only.
    #expect(await warning(link).contains("reports.link_base"))
    try FileManager.default.createDirectory(atPath: reports, withIntermediateDirectories: false)
    for (above, mode, isClosed) in [
      (0o755, 0o700, true), (0o755, 0o2750, false), (0o700, 0o2750, true), (0o755, 0o2740, true),
    ] {
      #expect(chmod(folder.path(), mode_t(above)) == 0 && chmod(reports, mode_t(mode)) == 0)
      let said = await warning(link)
      #expect(said.contains("reports.link_base") == isClosed, "\(above) \(mode): \(said)")
      #expect(await warning("").isEmpty)
    }
  }

  @Test func linksAreNotFollowed() throws {
    try with { folder in
      let elsewhere = folder.appending(path: "elsewhere")
      try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: false)
      let victim = elsewhere.appending(path: "victim")
      try Data("kept".utf8).write(to: victim)
      let reports = folder.appending(path: "reports")
      try FileManager.default.createSymbolicLink(at: reports, withDestinationURL: elsewhere)
      #expect(throws: ReportError.self) { try OutputDirectory.create(at: reports.path()) }
      let directory = try OutputDirectory.create(at: folder.appending(path: "own").path())
      let inside = folder.appending(path: "own")
      for (name, target) in [("day", elsewhere), ("file", victim)] {
        try FileManager.default.createSymbolicLink(
          at: inside.appending(path: name), withDestinationURL: target)
      }
      #expect(throws: ReportError.self) { try directory.openDirectory("day") }
      #expect(throws: ReportError.self) { try directory.makeFile("file") }
      #expect(directory.contents(of: "file") == nil)
      #expect(try directory.kind(of: "file") == .link)
      #expect(try Data(contentsOf: victim) == Data("kept".utf8))
    }
  }
}
