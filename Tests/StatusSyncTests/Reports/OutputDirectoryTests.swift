import Foundation
import Testing

@testable import Reports  // uses `makeDirectory`, `openDirectory`, internal

/// Reports are readable by their owner only, and a symbolic link does not redirect a write.
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
